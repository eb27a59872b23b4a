using Wandb.Agent.Checkpoints;
using Wandb.Agent.Records;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;
using Xunit;

namespace Wandb.Agent.Tests.Checkpoints;

public sealed class SealedBodyTests
{
    // Ten rows and four events were sent before it; it has rows 10 to 19, events 4 to 7 and console lines from 30 on.
    private static readonly Checkpoint Before = At(100, rows: 10, events: 4);

    private static readonly SealedBody Body = new()
    {
        Whole = At(200, rows: 20, events: 8),
        Console = new ConsoleOrigin(100, null, 0),
        Begin = Lines(Before),
        End = Lines(At(200, rows: 20, events: 8)),
        Refused = default,
    };

    // Two rows of it were refused: the others have moved up.
    private static readonly StreamLines Now = Lines(At(300, rows: 25, events: 9)) with { History = new LineCounter(-2, 25, 0) };

    [Fact]
    public void While_rows_are_open_the_decided_ones_are_passed_over_and_the_next_has_its_number()
    {
        var kept = Body.DecidedInLines(new BodyProgress(StreamFiles.History, 13), Before, Now);

        Assert.Equal(100, kept.Offset);
        Assert.Equal([15, 16, 17, 18, 19], Open(kept.History, to: 20));
        Assert.Equal([4, 5, 6, 7], Open(kept.Events, to: 8));
    }

    [Fact]
    public void While_events_are_open_all_rows_are_decided()
    {
        var kept = Body.DecidedInLines(new BodyProgress(StreamFiles.Events, 6), Before, Now);

        Assert.Empty(Open(kept.History, to: 20));
        Assert.Equal([6, 7], Open(kept.Events, to: 8));
    }

    [Fact]
    public void Behind_rows_and_events_the_summary_may_come_again_and_nothing_else()
    {
        var kept = Body.DecidedInLines(new BodyProgress(StreamFiles.Summary, 1), Before, Now);

        Assert.Empty(Open(kept.History, to: 20));
        Assert.Empty(Open(kept.Events, to: 8));
    }

    [Fact]
    public void While_console_lines_are_open_they_wait_behind_the_whole_body()
    {
        var kept = Body.DecidedInConsole(34, Now);

        Assert.Equal(200, kept!.Offset);
        Assert.Equal(18, kept.History.Next);
        Assert.Equal(Body.Console! with { FirstLine = 34 }, kept.ConsoleDue);
        Assert.Null((Body with { Whole = null }).DecidedInConsole(34, Now));
    }

    [Fact]
    public void Behind_all_of_it_refused_rows_have_left_no_gap()
    {
        var kept = Body.Decided(Now);

        Assert.Equal((200, 18, 8), (kept!.Offset, kept.History.Next, kept.Events.Next));
        Assert.Null(kept.ConsoleDue);
    }

    /// <summary>Which of our lines an agent sends that begins there.</summary>
    private static IEnumerable<long> Open(LineCounter lines, long to)
    {
        for (; lines.Count < to; lines = lines.Advance())
        {
            if (!lines.NextIsOnServer)
                yield return lines.Count;
        }
    }

    private static Checkpoint At(long offset, long rows, long events) => SampleCheckpoint.Of(new RunState(RunOverrides.None), new RecordLedger()) with
    {
        Offset = offset,
        History = new LineCounter(0, rows, 0),
        Events = new LineCounter(0, events, 0),
    };

    private static StreamLines Lines(Checkpoint checkpoint) => new(checkpoint.History, checkpoint.Events, checkpoint.Console);
}
