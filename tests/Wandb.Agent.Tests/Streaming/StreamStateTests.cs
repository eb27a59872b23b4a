using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Records;
using Xunit;

namespace Wandb.Agent.Tests.Streaming;

public sealed class StreamStateTests
{
    private readonly StreamState stream = new(new ItemPathTable(), default, new BodyPool(StreamFiles.BodyBytes));

    [Fact]
    public void Lines_of_many_bodies_follow_each_other_without_gap_or_overlap()
    {
        var received = new List<string>();
        var bodies = 0;
        for (var row = 0; row < 30_000; row++)
        {
            Add(stream, ("_step", $"{row}"), ("nested/x", "NaN"), ("text", "\"" + new string('t', row % 400) + "\""));
            if (!stream.IsFull && row < 29_999)
                continue;
            using var body = Seal(stream);
            Assert.Equal(received.Count, Offset(body, StreamFiles.History));
            received.AddRange(Lines(body, StreamFiles.History));
            bodies++;
        }
        Assert.True(bodies > 5);
        Assert.Equal(Enumerable.Range(0, 30_000), received.Select(Step));
    }

    [Fact]
    public void Rows_that_the_server_has_are_counted_and_not_sent_again()
    {
        var resumed = new StreamState(new ItemPathTable(), new StreamLines(new LineCounter(100, 0, 103), new LineCounter(10, 0, 11), default), new BodyPool(StreamFiles.BodyBytes));
        for (var row = 0; row < 5; row++)
            Add(resumed, ("row", $"{row}"));
        for (var sample = 0; sample < 3; sample++)
            Assert.Equal(RowOutcome.Appended, resumed.AddEvent(Stats(sample), DateTimeOffset.UnixEpoch));
        using var body = Seal(resumed);
        Assert.Equal(103, Offset(body, StreamFiles.History));
        Assert.Equal(["""{"row":3}""", """{"row":4}"""], Lines(body, StreamFiles.History));
        Assert.Equal(11, Offset(body, StreamFiles.Events));
        Assert.Equal(2, Lines(body, StreamFiles.Events).Count);
        Assert.Equal((105, 13), (resumed.Lines.History.Next, resumed.Lines.Events.Next));
    }

    [Fact]
    public void Lines_behind_one_that_was_set_aside_move_up_also_in_a_body_that_is_already_begun()
    {
        Add(stream, ("row", "0"));
        Seal(stream).Dispose();
        Add(stream, ("row", "1"));
        stream.AddEvent(Stats(0), DateTimeOffset.UnixEpoch);
        stream.SetAside(rows: 1, events: 0);
        using var next = Seal(stream);
        Assert.Equal(0, Offset(next, StreamFiles.History));
        Assert.Equal(0, Offset(next, StreamFiles.Events));
        stream.SetAside(rows: 0, events: 1);
        stream.AddEvent(Stats(1), DateTimeOffset.UnixEpoch);
        using var last = Seal(stream);
        Assert.Equal(0, Offset(last, StreamFiles.Events));
    }

    [Fact]
    public void Row_over_the_limit_is_refused_and_the_rows_around_it_go_on()
    {
        var text = new string('x', StreamFiles.MaxLineBytes);
        foreach (var before in (int[])[0, 1])
        {
            for (var row = 0; row < before; row++)
                Add(stream, ("row", "0"));
            var offset = stream.Lines.History.Next - before;
            // {"text":"…"}: eleven bytes around the text.
            Assert.Equal(RowOutcome.Appended, stream.AddRow(ItemBytes.Record(("text", $"\"{text[..^10]}\"")), out var tooLong));
            Assert.NotNull(tooLong);
            Assert.Equal(StreamFiles.MaxLineBytes + 1, stream.LastLineBytes);
            Assert.Equal(offset + before, stream.Lines.History.Next);
            Add(stream, ("row", "1"));
            using var body = Seal(stream);
            Assert.Equal(offset, Offset(body, StreamFiles.History));
            Assert.Equal(before + 1, Lines(body, StreamFiles.History).Count);
        }
        Assert.Equal(RowOutcome.Appended, stream.AddRow(ItemBytes.Record(("text", $"\"{text[..^11]}\"")), out var fits));
        Assert.Null(fits);
        Assert.Equal(StreamFiles.MaxLineBytes, stream.LastLineBytes);
    }

    [Fact]
    public void Row_whose_values_alone_are_over_the_limit_costs_no_second_copy_of_it()
    {
        var record = ItemBytes.Record(("text", $"\"{new string('x', StreamFiles.MaxLineBytes)}\""));
        Add(stream, ("row", "0"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(RowOutcome.Appended, stream.AddRow(record, out var tooLong));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < StreamFiles.MaxLineBytes / 10, "the row was built");
        Assert.NotNull(tooLong);
        Assert.Equal(StreamFiles.MaxLineBytes + 2, stream.LastLineBytes);
        Add(stream, ("row", "1"));
        using var body = Seal(stream);
        Assert.Equal(2, Lines(body, StreamFiles.History).Count);
    }

    [Fact]
    public void Refused_row_leaves_a_body_without_rows_empty()
    {
        Assert.Equal(RowOutcome.InvalidValue, stream.AddRow(ItemBytes.Record(("a", "nonsense")), out _));
        Assert.Equal(RowOutcome.Malformed, stream.AddRow([0x0A], out _));
        Assert.False(stream.HasPending);
        using var body = Seal(stream);
        Assert.Equal("{}", body.RootElement.GetRawText());
    }

    [Fact]
    public void One_body_carries_one_run_of_console_lines_that_follow_each_other()
    {
        foreach (var (number, text) in (ReadOnlySpan<(long, string)>)[(0, "a"), (1, "b"), (2, "c"), (1, "B"), (5, "f"), (6, "g\n\"\u0001")])
            stream.AddConsole(number, text);
        // Nobody needs the text that line 1 had before.
        Assert.Equal((0, "a|B|c"), NextConsole());
        Assert.Equal(5, stream.FirstConsoleDue);
        Assert.True(stream.HasPending);
        Assert.Equal((5, "f|g\n\"\u0001"), NextConsole());
        Assert.False(stream.HasPending);
        Assert.Null(stream.FirstConsoleDue);
        Assert.Equal(7, stream.Lines.Console.Next);
        stream.AddConsole(1, "late");
        Assert.Equal((1, "late"), NextConsole());
    }

    [Fact]
    public void Console_of_a_later_part_stands_behind_the_lines_of_the_earlier_ones()
    {
        var later = new StreamState(new ItemPathTable(), new StreamLines(default, default, new LineCounter(40, 0, 0)), new BodyPool(StreamFiles.BodyBytes));
        later.AddConsole(0, "first of this part");
        using var body = Seal(later);
        Assert.Equal(40, Offset(body, StreamFiles.Console));
    }

    [Fact]
    public void Console_waits_for_the_next_body_when_one_long_row_fills_this_one()
    {
        Add(stream, ("text", $"\"{new string('x', 3 * StreamFiles.BodyBytes)}\""));
        stream.AddConsole(0, "line");
        using var full = Seal(stream);
        Assert.False(full.RootElement.GetProperty("files").TryGetProperty(StreamFiles.Console, out _));
        Assert.True(stream.HasPending);
        Assert.Equal((0, "line"), NextConsole());
    }

    [Fact]
    public void Body_with_nothing_in_it_is_the_heartbeat()
    {
        using var body = Seal(stream);
        Assert.Equal("{}", body.RootElement.GetRawText());
    }

    [Fact]
    public void Flags_stand_beside_the_files_once()
    {
        stream.AddUploaded(["media/a \"b\".png", "ü.txt"]);
        stream.SetPreempting();
        Add(stream, ("a", "1"));
        using (var body = Seal(stream, """{"a":NaN}""", exitCode: 137))
        {
            Assert.Equal(["""{"a":NaN}"""], Lines(body, StreamFiles.Summary));
            Assert.Equal(0, Offset(body, StreamFiles.Summary));
            Assert.Equal(["media/a \"b\".png", "ü.txt"], body.RootElement.GetProperty("uploaded").EnumerateArray().Select(name => name.GetString()));
            Assert.True(body.RootElement.GetProperty("preempting").GetBoolean());
            Assert.True(body.RootElement.GetProperty("complete").GetBoolean());
            Assert.Equal(137, body.RootElement.GetProperty("exitcode").GetInt32());
        }
        using var next = Seal(stream);
        Assert.Equal("{}", next.RootElement.GetRawText());
    }

    [Fact]
    public void Flags_alone_need_no_files()
    {
        stream.SetPreempting();
        using var preempting = Seal(stream);
        Assert.Equal("""{"preempting":true}""", preempting.RootElement.GetRawText());
        using var complete = Seal(stream, exitCode: 0);
        Assert.Equal("""{"complete":true,"exitcode":0}""", complete.RootElement.GetRawText());
    }

    private static int Step(string line)
    {
        const string Name = "\"_step\":";
        var from = line.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        return int.Parse(line.AsSpan(from, line.IndexOfAny([',', '}'], from) - from), CultureInfo.InvariantCulture);
    }

    private (long Offset, string Lines) NextConsole()
    {
        using var body = Seal(stream);
        return (Offset(body, StreamFiles.Console), string.Join('|', Lines(body, StreamFiles.Console)));
    }

    private static void Add(StreamState stream, params ReadOnlySpan<(string Path, string Value)> items)
    {
        Assert.Equal(RowOutcome.Appended, stream.AddRow(ItemBytes.Record(items), out var tooLong));
        Assert.Null(tooLong);
    }

    private static byte[] Stats(int second) => new StatsRecord
    {
        Timestamp = new Timestamp { Seconds = second },
        Item = { new StatsRecord.Types.StatsItem { Key = "cpu", ValueJson = "0.5" } },
    }.ToByteArray();

    private static JsonDocument Seal(StreamState stream, string summary = "", int? exitCode = null)
    {
        var body = stream.Seal(Encoding.UTF8.GetBytes(summary), exitCode);
        var document = JsonDocument.Parse(body.WrittenSpan.ToArray());
        stream.Return(body);
        return document;
    }

    private static long Offset(JsonDocument body, string file) => File(body, file).GetProperty("offset").GetInt64();

    private static List<string> Lines(JsonDocument body, string file) =>
        [.. File(body, file).GetProperty("content").EnumerateArray().Select(line => line.GetString()!)];

    private static JsonElement File(JsonDocument body, string file) => body.RootElement.GetProperty("files").GetProperty(file);
}
