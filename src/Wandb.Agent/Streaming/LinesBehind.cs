using System.Globalization;
using Wandb.Agent.State;

namespace Wandb.Agent.Streaming;

/// <summary>Whose lines stand on the server behind those of a run file that are known to be there.</summary>
internal abstract record LinesBehind
{
    private LinesBehind()
    {
    }

    /// <summary>The file may go on: none stand there, or its own next ones, whose acknowledgement a kill has lost, or those of a part that follows it.</summary>
    /// <param name="End">Where its lines must end, because others follow; null: nowhere.</param>
    internal sealed record Free(StreamEnds? End) : LinesBehind;

    /// <summary>Lines of another part stand where the next ones of the file would go.</summary>
    internal sealed record Taken(StreamBehind Stream) : LinesBehind;

    /// <param name="console">The server shows none of its lines: whose they are is told by the other two, and by its writers.</param>
    /// <param name="hasLaterWriter">Whether the server knows a trainer of the run that began after that of the file.</param>
    public static LinesBehind Of(StreamBehind history, StreamBehind events, StreamBehind console, bool hasLaterWriter)
    {
        StreamBehind[] streams = [history, events, console];
        if (streams.All(stream => stream.Beyond == 0))
            return new Free(null);
        // Rows decide where there are some: one request carries lines of all three. Without any, only a trainer that came later can have written there.
        var isOurs = history.Beyond > 0 ? history.IsOurs : events is { Beyond: > 0, IsOurs: true } ? true : null;
        if (isOurs is null ? !hasLaterWriter : isOurs.Value && history.IsCovered && events.IsCovered)
            return new Free(null);
        if (isOurs is not true && streams.FirstOrDefault(stream => stream is { Beyond: > 0, Left: > 0 }) is { Beyond: > 0 } taken)
            return new Taken(taken);
        return new Free(new StreamEnds(history.End, events.End, console.End));
    }

    /// <summary>Whether one of the writers, as <see cref="ServerConfig.WritersIn"/> gives them, began after <paramref name="start"/>.</summary>
    public static bool HasLater(IReadOnlyList<KeyValuePair<string, string>> writers, DateTimeOffset start) => writers.Any(writer => Begin(writer) > start);

    /// <summary>Whether one of them began before <paramref name="start"/>.</summary>
    public static bool HasEarlier(IReadOnlyList<KeyValuePair<string, string>> writers, DateTimeOffset start) => writers.Any(writer => Begin(writer) < start);

    private static DateTimeOffset? Begin(KeyValuePair<string, string> writer) =>
        DateTimeOffset.TryParse(ServerConfig.Member(writer.Value, "startedAt")?.Trim('"'), CultureInfo.InvariantCulture, out var began) ? began : null;
}

/// <summary>One stream behind the lines of a run file that are known to be on the server.</summary>
/// <param name="Noun">What a line is called: <c>row</c>.</param>
/// <param name="Next">Server number of the file's next line.</param>
/// <param name="OnServer">Lines that the server has.</param>
/// <param name="Left">Lines of the file from <paramref name="Next"/> on; at least as many as matter.</param>
/// <param name="IsOurs">Whether the server's last line is the one that stands at its number; null: the server does not show it.</param>
internal readonly record struct StreamBehind(string Noun, long Next, long OnServer, long Left, bool? IsOurs)
{
    public long Beyond => Math.Max(0, OnServer - Next);

    /// <summary>Whether the file has as many lines left as stand there.</summary>
    public bool IsCovered => Beyond <= Left;

    public long End => IsCovered ? long.MaxValue : Next + Left;
}

/// <summary>Server numbers at which the lines of a run file must end, because lines of another part stand there.</summary>
internal sealed record StreamEnds(long History, long Events, long Console)
{
    public bool ArePassedBy(StreamLines lines) => lines.History.Next > History || lines.Events.Next > Events || lines.Console.Next > Console;
}
