using Wandb.Agent.Streaming;
using Xunit;

namespace Wandb.Agent.Tests.Streaming;

/// <summary>Whose lines stand behind those of a checkpoint: the server tells how many there are, and the last one.</summary>
public sealed class LinesBehindTests
{
    private const string Yes = "ours";
    private const string No = "others";
    private const string Hidden = "hidden";

    /// <param name="rows">Rows that stand there, and how many the file has left.</param>
    /// <param name="last">Whether the last row is the one of the file at that number.</param>
    /// <param name="outcome">Free, the stream that is taken, or where rows and console lines must end.</param>
    [Theory]
    [InlineData("nothing came", 0, 3, Hidden, 0, 0, Hidden, 0, 0, false, "free")]
    [InlineData("nothing came, and a later trainer has begun", 0, 3, Hidden, 0, 0, Hidden, 0, 5, true, "free")]
    [InlineData("a request whose answer was lost", 2, 3, Yes, 1, 1, Yes, 1, 2, true, "free")]
    [InlineData("its rows are ours, so are its console lines", 2, 3, Yes, 0, 0, Hidden, 4, 1, true, "free")]
    [InlineData("rows of another part", 2, 3, No, 0, 0, Hidden, 0, 0, false, "row")]
    [InlineData("rows of another part, and more than the file has left", 9, 3, No, 0, 0, Hidden, 0, 0, false, "row")]
    [InlineData("rows of another part, none left", 2, 0, No, 0, 0, Hidden, 0, 0, false, "ends 10 max")]
    [InlineData("rows of another part, none left, and console lines in a place that is free", 2, 0, No, 0, 0, Hidden, 0, 4, false, "ends 10 max")]
    [InlineData("rows and console lines of another part, console lines left", 2, 0, No, 0, 0, Hidden, 3, 4, false, "console line")]
    [InlineData("ours to the end, and a part that follows", 5, 3, Yes, 0, 0, Hidden, 4, 1, true, "ends 13 21")]
    [InlineData("a server that shows no row", 2, 3, Hidden, 0, 0, Hidden, 0, 0, false, "free")]
    [InlineData("a server that shows no row, and a later trainer", 2, 3, Hidden, 0, 0, Hidden, 0, 0, true, "row")]
    [InlineData("only metrics, ours", 0, 3, Hidden, 2, 2, Yes, 0, 0, true, "free")]
    [InlineData("only metrics, not ours, from nobody", 0, 3, Hidden, 2, 2, No, 0, 0, false, "free")]
    [InlineData("only metrics, of a later trainer", 0, 3, Hidden, 2, 2, No, 0, 0, true, "event")]
    [InlineData("only console lines, from nobody else", 0, 3, Hidden, 0, 0, Hidden, 2, 2, false, "free")]
    [InlineData("only console lines, of a later trainer", 0, 3, Hidden, 0, 0, Hidden, 2, 2, true, "console line")]
    [InlineData("only console lines, of a later trainer, none left", 0, 3, Hidden, 0, 0, Hidden, 2, 0, true, "ends max 20")]
    public void Lines_of_another_part_are_never_written_over(
        string what, int rows, int rowsLeft, string last, int events, int eventsLeft, string lastEvent, int console, int consoleLeft, bool later, string outcome)
    {
        var behind = LinesBehind.Of(
            new StreamBehind("row", 10, 10 + rows, rowsLeft, IsOurs(last)),
            new StreamBehind("event", 15, 15 + events, eventsLeft, IsOurs(lastEvent)),
            new StreamBehind("console line", 20, 20 + console, consoleLeft, null),
            later);
        Assert.True(outcome == Words(behind), $"{what}: {Words(behind)}");
    }

    [Theory]
    [InlineData("\"2026-09-21T13:00:00.000001Z\"", true, false)]
    [InlineData("\"2026-09-21T13:00:00Z\"", false, false)]
    [InlineData("\"2026-09-20T13:00:00Z\"", false, true)]
    [InlineData("\"some day\"", false, false)]
    [InlineData("7", false, false)]
    public void Trainer_came_later_or_earlier_whose_environment_began_so(string startedAt, bool isLater, bool isEarlier)
    {
        List<KeyValuePair<string, string>> writers = [new("w", $"{{\"host\":\"a\",\"startedAt\":{startedAt}}}"), new("none", "{}")];
        var start = new DateTimeOffset(2026, 9, 21, 13, 0, 0, TimeSpan.Zero);
        Assert.Equal((isLater, isEarlier), (LinesBehind.HasLater(writers, start), LinesBehind.HasEarlier(writers, start)));
    }

    private static bool? IsOurs(string last) => last == Hidden ? null : last == Yes;

    private static string Words(LinesBehind behind) => behind switch
    {
        LinesBehind.Free { End: null } => "free",
        LinesBehind.Free { End: { } end } => $"ends {Number(end.History)} {Number(end.Console)}",
        LinesBehind.Taken taken => taken.Stream.Noun,
        _ => "",
    };

    private static string Number(long number) => number == long.MaxValue ? "max" : $"{number}";
}
