using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Two directories with one run id: a run that was resumed offline.</summary>
public sealed class ResumedRunTests : SyncTest
{
    private const string FirstTime = "20260921_120000";
    private const string SecondTime = "20260921_130000";

    [Fact]
    public async Task Two_directories_of_one_run_keep_rows_console_events_and_files_of_both()
    {
        PlaceFirst(Folder);
        PlaceSecond(Folder);

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(["synced", "synced"], run.Reports.Select(report => (string)report["result"]!));
        AssertHasBoth(wholeLog: true);
    }

    [Fact]
    public async Task A_second_directory_that_is_synced_by_a_later_command_is_added_to_the_first()
    {
        PlaceFirst(Folder);
        Assert.Equal(0, (await SyncAsync()).Status);
        PlaceSecond(Folder);

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(["skipped", "synced"], run.Reports.Select(report => (string)report["result"]!));
        AssertHasBoth(wholeLog: true);
    }

    [Fact]
    public async Task A_second_directory_from_another_machine_is_added_to_the_first()
    {
        PlaceFirst(Folder);
        Assert.Equal(0, (await SyncAsync()).Status);
        using var other = new TrainerFolder();
        PlaceSecond(other);

        var run = await AgentSetup.For(Backend, other).SyncAsync(Stop, other.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        AssertHasBoth(wholeLog: false);
    }

    [Fact]
    public async Task Both_directories_again_from_another_machine_leave_the_same()
    {
        PlaceFirst(Folder);
        PlaceSecond(Folder);
        await SyncAsync();
        var state = Backend.State();
        using var copy = Folder.Copy();

        var run = await AgentSetup.For(Backend, copy).SyncAsync(Stop, copy.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        ServerState.AssertSame(state, Backend, "the copy of both");
    }

    [Fact]
    public async Task The_first_directory_alone_again_from_another_machine_leaves_the_same_rows()
    {
        PlaceFirst(Folder);
        PlaceSecond(Folder);
        await SyncAsync();
        using var other = new TrainerFolder();
        PlaceFirst(other);

        var run = await AgentSetup.For(Backend, other).SyncAsync(Stop, other.Wandb);

        // Which rows the server has cannot be told from its last one: nothing is added, and that is said.
        Assert.Equal((2, "incomplete"), (run.Status, run.Result));
        Assert.Contains("cannot be told", run.Message, StringComparison.Ordinal);
        AssertHasBoth(wholeLog: true);
    }

    [Fact]
    public async Task Both_directories_again_after_they_came_in_the_wrong_order_double_no_row()
    {
        using var later = new TrainerFolder();
        PlaceSecond(later);
        Assert.Equal(0, (await AgentSetup.For(Backend, later).SyncAsync(Stop, later.Wandb)).Status);
        using var earlier = new TrainerFolder();
        PlaceFirst(earlier);
        Assert.Equal(0, (await AgentSetup.For(Backend, earlier).SyncAsync(Stop, earlier.Wandb)).Status);
        var steps = Backend.Run("resumed").Steps();
        PlaceFirst(Folder);
        PlaceSecond(Folder);

        var run = await SyncAsync();

        Assert.Equal(2, run.Status);
        Assert.Contains("cannot be told", run.Output, StringComparison.Ordinal);
        Assert.Equal(steps, Backend.Run("resumed").Steps());
    }

    [Fact]
    public async Task The_first_directory_that_was_interrupted_before_the_second_was_synced_elsewhere_doubles_no_row()
    {
        PlaceFirst(Folder);
        using var copy = Folder.Copy();
        using var end = new CancellationTokenSource();
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.DropAfter())]);
        await (Agent with { Failed = end.Cancel }).SyncAsync(end.Token, Folder.Wandb);
        Assert.True(end.IsCancellationRequested);
        using var other = new TrainerFolder();
        PlaceSecond(other);
        Assert.Equal(0, (await AgentSetup.For(Backend, other).SyncAsync(Stop, other.Wandb)).Status);

        var run = await AgentSetup.For(Backend, copy).SyncAsync(Stop, copy.Wandb);

        Assert.Equal((2, "incomplete"), (run.Status, run.Result));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Backend.Run("resumed").Steps());
    }

    private static void PlaceFirst(TrainerFolder folder)
    {
        var file = folder.Place(
            new RunRecords("resumed").Start(writer: "first")
                .Rows(0, 5).Event(1).Event(2).Console("one\n").File("a.txt").Summary("best", "1").Exit(), FirstTime);
        TrainerFolder.PlaceFile(file, "a.txt", "a");
    }

    private static void PlaceSecond(TrainerFolder folder)
    {
        var file = folder.Place(
            new RunRecords("resumed").Start(later: 3600, writer: "second")
                .Rows(5, 5).Event(3601).Console("two\n", 3601).File("b.txt").Exit(), SecondTime);
        TrainerFolder.PlaceFile(file, "b.txt", "b");
    }

    private void AssertHasBoth(bool wholeLog)
    {
        var stored = Backend.Run("resumed");
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], stored.Steps());
        Assert.Equal(["one", "two"], stored.ConsoleTexts());
        var writers = stored.Config("_wandb")!["e"]!.AsObject().Select(writer => writer.Key.Trim('w'));
        Assert.Equal(["first", "second"], writers.Order(StringComparer.Ordinal));
        Assert.Equal([1, 2, 3601], stored["events"]!.AsArray().Select(line => (int)line!["system.cpu"]!));
        Assert.Contains("a.txt", stored.Files());
        Assert.Contains("b.txt", stored.Files());
        var logs = stored.Files().Where(file => file.Key == "output.log" || file.Key.StartsWith("logs/", StringComparison.Ordinal)).ToList();
        if (wholeLog)
            Assert.Equal("one\ntwo\n", (string)Assert.Single(logs).Value!["text"]!);
        else
            Assert.Equal(2, logs.Count);
    }
}
