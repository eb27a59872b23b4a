using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>One run that grows while it is watched.</summary>
public sealed class FollowTests : WatchTest
{
    [Fact]
    public async Task Stop_on_the_runs_page_is_told_once_because_an_offline_trainer_does_not_hear_of_it()
    {
        var file = GrowingFile.In(Folder, "pressed");
        file.GrowTo(new RunRecords("pressed").Start().Rows(0, 20, padding: 300));
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(200, Apply: true, Body: """{"stopped":true}""")) { Count = null }]);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = Agent with { Live = Agent.Live with { Heartbeat = TimeSpan.FromMilliseconds(50) } };
        var watch = agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("pressed", 20, watch);
        var requests = StreamRequests.Count;
        await UntilAsync(() => StreamRequests.Count >= requests + 3, watch, "heartbeats went on");

        var end = await EndAsync(signal, watch);

        Assert.Equal(1, end.Error.Split("Stop was pressed").Length - 1);
    }

    [Fact]
    public async Task Run_is_on_the_server_as_it_grows_and_at_its_end_equals_one_sync()
    {
        var file = GrowingFile.In(Folder, "live");
        TrainerFolder.PlaceFile(file.Path, "now.txt", "now");
        TrainerFolder.PlaceFile(file.Path, "end.txt", "end");
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        var records = new RunRecords("live").Start().Rows(0, 3).Console("one\n", 1).Event(1);

        file.GrowTo(records);
        await UntilRowsAsync("live", 3, watch);
        Assert.Equal(["one"], Find("live")!.ConsoleTexts());

        file.GrowTo(records.Rows(3, 40, padding: 1000).Summary("best", "3").Config("lr", "0.5").File("now.txt", policy: 0).File("end.txt"));
        await UntilRowsAsync("live", 43, watch);
        await UntilAsync(
            () => Find("live")!["summary"]?["best"] is not null && Find("live")!.Config("lr") is not null && Find("live")!.Files().ContainsKey("now.txt"),
            watch, "summary, config and file were on the server");
        Assert.False(Find("live")!.Files().ContainsKey("end.txt"), "a file of the end was uploaded before it");
        Assert.False((bool)Find("live")!["complete"]!, "the run was closed before its end");

        TrainerFolder.PlaceFile(file.Path, "now.txt", "changed since");
        file.GrowTo(records.Rows(43, 2).Artifact(Folder.Artifact("data", "content")).Alert("done").Exit(4));
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal("synced", run.Result);
        Assert.True(File.Exists(file.Path + ".synced"));
        await AssertEqualsOneSyncAsync("a run that was followed");
        Assert.Equal(["rows", "following"], run.Events.Select(line => (string)line["state"]!).Take(2));
    }

    [Fact]
    public async Task Record_that_is_cut_anywhere_waits_for_its_rest()
    {
        var content = new RunRecords("pieces").Start().Rows(0, 6).Console("text\n", 1).Summary("a", "1").Exit().ToFile();
        var file = GrowingFile.In(Folder, "pieces");
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (var at = 0; at < content.Length; at += 23)
        {
            file.Append(content.AsSpan(at, Math.Min(23, content.Length - at)));
            await pause.WaitForNextTickAsync(Stop);
        }

        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(0, (int)run.Report["lostRecords"]!);
        await AssertEqualsOneSyncAsync("a run in pieces of 23 bytes");
    }

    [Fact]
    public async Task Quiet_run_sends_heartbeats_and_nothing_else()
    {
        var file = GrowingFile.In(Folder, "quiet");
        file.GrowTo(new RunRecords("quiet").Start().Rows(0, 2));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = Agent;
        var watch = (agent with { Live = agent.Live with { Heartbeat = TimeSpan.FromMilliseconds(40) } }).WatchAsync(signal.Token, Folder.Wandb);

        await UntilAsync(() => StreamRequests.Count >= 4, watch, "heartbeats came");

        Assert.All(StreamRequests.Skip(1), request => Assert.Equal(2, request.Bytes));
        await EndAsync(signal, watch);
        Assert.False((bool)Find("quiet")!["complete"]!);
    }

    /// <summary>A server takes a run for crashed that is silent, also one whose artifacts take an hour.</summary>
    [Fact]
    public async Task Run_whose_files_take_long_at_its_end_sends_heartbeats_until_it_is_closed()
    {
        var agent = Agent;
        Folder.Place(new RunRecords("slow").Start().Rows(0, 2).Exit());
        Backend.Faults.Set([new FaultRule("graphql:CreateRunFiles", new FaultAction.Delay(TimeSpan.FromSeconds(1)))]);

        var run = await (agent with { Live = agent.Live with { Heartbeat = TimeSpan.FromMilliseconds(40), ExitSettle = TimeSpan.Zero } })
            .WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        var files = Backend.Trace.First(request => request.Operation == "CreateRunFiles").Time;
        Assert.InRange(StreamRequests.Count(request => request.Bytes == 2 && request.Time < files), 5, 45);
        Assert.True((bool)StreamRequests[^1].Detail!["complete"]!, "something came behind the end");
        await AssertEqualsOneSyncAsync("a run whose files took long");
    }

    [Fact]
    public async Task Signal_sends_what_is_there_and_the_next_watch_goes_on_there()
    {
        var file = GrowingFile.In(Folder, "stopped");
        var records = new RunRecords("stopped").Start().Rows(0, 5);
        file.GrowTo(records);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("stopped", 5, watch);
        file.GrowTo(records.Rows(5, 5).Summary("a", "1"));

        var stopped = await EndAsync(signal, watch);

        Assert.True(stopped.Status == 0, stopped.ToString());
        Assert.Equal("unfinished", stopped.Result);
        Assert.Equal(10, Find("stopped")!.Steps().Count);
        Assert.False((bool)Find("stopped")!["complete"]!);
        file.GrowTo(records.Rows(10, 5).Exit());
        var bytes = StreamRequests.Sum(request => request.Bytes);
        var next = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        Assert.True(next.Status == 0, next.ToString());
        Assert.True(StreamRequests.Sum(request => request.Bytes) - bytes < bytes, "the rows before were sent again");
        await AssertEqualsOneSyncAsync("a run that two agents followed");
    }

    [Fact]
    public async Task Signal_without_a_way_out_ends_within_the_grace_time_and_loses_nothing()
    {
        var file = GrowingFile.In(Folder, "dark");
        var records = new RunRecords("dark").Start().Rows(0, 5);
        file.GrowTo(records);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, "--grace", "0", Folder.Wandb);
        await UntilRowsAsync("dark", 5, watch);
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        file.GrowTo(records.Rows(5, 5));

        var stopped = await EndAsync(signal, watch);

        Assert.True(stopped.Status == 2, stopped.ToString());
        Backend.Faults.GoDark(TimeSpan.Zero);
        file.GrowTo(records.Exit());
        var next = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        Assert.True(next.Status == 0, next.ToString());
        await AssertEqualsOneSyncAsync("a run whose agent was stopped in the dark");
    }

    [Fact]
    public async Task File_that_was_cut_or_replaced_is_told_and_started_over()
    {
        var file = GrowingFile.In(Folder, "cut");
        var records = new RunRecords("cut").Start().Rows(0, 20);
        file.GrowTo(records);
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        await UntilRowsAsync("cut", 20, watch);

        // A copy takes the place of the file: the same bytes and more.
        var copy = file.Path + ".copy";
        await File.WriteAllBytesAsync(copy, records.Rows(20, 10).ToFile(), Stop);
        File.Move(copy, file.Path, overwrite: true);
        await UntilRowsAsync("cut", 30, watch);
        var looks = Looks();
        await File.WriteAllBytesAsync(file.Path, records.ToFile(5), Stop);
        await UntilAsync(() => Looks() > looks, watch, "the server was asked again what it has");
        file.GrowTo(records.Rows(30, 5).Exit());
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.True(run.Reports.Any(report => ((string)report["message"]!).Contains("replaced or cut", StringComparison.Ordinal)), run.ToString());
        await AssertEqualsOneSyncAsync("a file that was replaced");

        int Looks() => Backend.Trace.Count(request => request.Operation == "RunResumeStatus");
    }
}
