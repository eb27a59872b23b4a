using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>
/// A part of a run goes on behind its checkpoint when the server has got lines since: its own, whose acknowledgement was lost, or those of another part.
/// </summary>
public sealed class PartsFromElsewhereTests : SyncTest
{
    private const string Later = "20260921_130000";
    private const string Last = "20260921_140000";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Part_that_goes_on_does_not_write_over_rows_that_came_from_another_folder(bool watches)
    {
        var first = First();
        var file = Folder.Place(first);
        Assert.Equal(0, (await SyncAsync()).Status);
        Assert.Equal(0, (await SyncElsewhereAsync(Second().Rows(5, 5).Exit(), Later)).Status);
        var state = Backend.State();
        Folder.Place(first.Rows(100, 3).Exit());

        var run = watches ? await Agent.WatchAsync(Stop, "--exit-when-done", "--quiet", "1s", Folder.Wandb) : await SyncAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains(
            $"another part of run parts stands on the server where {file} would go on: of its 10 rows numbers 5 to 9 are not of this file, whose next 3 rows would be written over them and are not sent",
            run.Output, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Backend.Run("parts").Steps());
        ServerState.AssertSame(state, Backend, "after the first part had grown");
        Assert.False(File.Exists(file + ".synced"));
    }

    [Fact]
    public async Task Part_that_may_not_go_on_can_be_sent_as_a_run_of_its_own()
    {
        var first = First();
        Folder.Place(first);
        await SyncAsync();
        await SyncElsewhereAsync(Second().Rows(5, 5).Exit(), Later);
        Folder.Place(first.Rows(100, 3).Exit());
        Assert.Equal(2, (await SyncAsync()).Status);

        var run = await SyncAsync(Folder.Wandb, "--id", "alone");

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 100, 101, 102], Backend.Run("alone").Steps());
    }

    /// <summary>A trainer that ended before its first row has written to its console and measured the system all the same.</summary>
    [Fact]
    public async Task Part_that_goes_on_does_not_write_over_console_and_events_that_came_from_another_folder()
    {
        var first = First();
        Folder.Place(first);
        await SyncAsync();
        await SyncElsewhereAsync(Second().Event(3601).Console("two\n", 3601).Exit(1), Later);
        Folder.Place(first.Event(2).Console("more of one\n", 2).Exit());

        var run = await SyncAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("of its 2 events numbers 1 to 1 are not of this file", run.Message, StringComparison.Ordinal);
        Assert.Equal(["one", "two"], Backend.Run("parts").ConsoleTexts());
        Assert.Equal([1, 3601], Backend.Run("parts")["events"]!.AsArray().Select(line => (int)line!["system.cpu"]!));
    }

    [Fact]
    public async Task Request_whose_answer_was_lost_is_known_again_by_its_rows_and_the_part_goes_on()
    {
        Folder.Place(First().Rows(5, 40, padding: 300).Event(2).Console("two\n", 2).Exit());
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        using var end = new CancellationTokenSource();
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.DropAfter()) { Skip = 2 }]);
        await (Agent with { Failed = end.Cancel }).SyncAsync(end.Token, Folder.Wandb);
        Assert.True(end.IsCancellationRequested);
        var rows = Backend.Run("parts").Steps().Count;

        var run = await SyncAsync();

        Assert.InRange(rows, 6, 44);
        Assert.True(run.Status == 0, run.ToString());
        ServerState.AssertSame(wanted, Backend, "after an answer was lost");
        Assert.InRange((int)Backend.Run("parts")["stream_stats"]!["wandb-history.jsonl"]!["written_twice_same"]!, 1, 8);
    }

    [Fact]
    public async Task Part_in_the_middle_is_not_taken_for_the_last_one_that_stands_in_its_place()
    {
        Folder.Place(First().Exit());
        Assert.Equal(0, (await SyncAsync()).Status);
        Assert.Equal(0, (await SyncElsewhereAsync(new RunRecords("parts").Start(later: 7200, writer: "third").Rows(10, 5).Exit(), Last)).Status);
        Folder.Place(Second().Rows(5, 5).Exit(), Later);

        var run = await SyncAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("numbers 5 to 9 are not of this file", run.Output, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2, 3, 4, 10, 11, 12, 13, 14], Backend.Run("parts").Steps());
    }

    [Fact]
    public async Task Part_that_may_not_go_on_does_not_keep_back_a_later_one_whose_place_is_known()
    {
        var (first, second) = (First(), Second().Rows(5, 5));
        Folder.Place(first);
        Folder.Place(second, Later);
        Assert.Equal(0, (await SyncAsync()).Status);
        Folder.Place(first.Rows(100, 3));
        Folder.Place(second.Rows(10, 2).Exit(), Later);

        var run = await SyncAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Equal(["incomplete", "synced"], run.Reports.Select(report => (string)report["result"]!));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], Backend.Run("parts").Steps());
    }

    [Fact]
    public async Task Later_part_that_has_no_row_yet_begins_behind_what_the_earlier_one_got_since()
    {
        var (first, second) = (First(), Second());
        Folder.Place(first);
        Folder.Place(second, Later);
        Assert.Equal(0, (await SyncAsync()).Status);
        Folder.Place(first.Rows(5, 3));
        Folder.Place(second.Rows(8, 3).Exit(), Later);

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Backend.Run("parts").Steps());
    }

    private async Task<AgentRun> SyncElsewhereAsync(RunRecords records, string time)
    {
        using var other = new TrainerFolder();
        other.Place(records, time);
        return await AgentSetup.For(Backend, other).SyncAsync(Stop, other.Wandb);
    }

    private static RunRecords First() => new RunRecords("parts").Start(writer: "first").Rows(0, 5).Event(1).Console("one\n", 1);

    private static RunRecords Second() => new RunRecords("parts").Start(later: 3600, writer: "second");
}
