using System.Diagnostics;
using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Commands;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>Two agents on one run.</summary>
public sealed class LockTests : WatchTest
{
    [Fact]
    public async Task Second_agent_says_who_has_the_run_and_goes_on_when_the_first_has_ended()
    {
        var file = GrowingFile.In(Folder, "two");
        var records = new RunRecords("two").Start().Rows(0, 3).Alert("once");
        file.GrowTo(records);
        using var firstSignal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var secondSignal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var first = Agent.WatchAsync(firstSignal.Token, Folder.Wandb);
        await UntilRowsAsync("two", 3, first);
        var upserts = Backend.Trace.Count(request => request.Operation == "UpsertBucket");
        var second = Agent.WatchAsync(secondSignal.Token, Folder.Wandb);
        file.GrowTo(records.Rows(3, 3));
        await UntilRowsAsync("two", 6, first);
        Assert.Equal(upserts, Backend.Trace.Count(request => request.Operation == "UpsertBucket"));

        await EndAsync(firstSignal, first);
        file.GrowTo(records.Rows(6, 1).Exit());
        await UntilAsync(() => (bool)Find("two")!["complete"]!, second, "the second agent closed the run");

        var run = await EndAsync(secondSignal, second);
        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains($"another agent has this run directory (process {Environment.ProcessId} on {Environment.MachineName}, since ", run.Error, StringComparison.Ordinal);
        Assert.Contains("status.json is left to it, as its runs are, until it ends", run.Error, StringComparison.Ordinal);
        var status = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder.Wandb, ".wandb-agent", "status.json"), Stop))!;
        Assert.Equal(("Done", "Synced"), ((string)status["state"]!, (string)status["runs"]![0]!["state"]!));
        await AssertEqualsOneSyncAsync("a run that two agents wanted");
    }

    [Fact]
    public async Task Sync_leaves_a_run_to_the_agent_that_follows_it()
    {
        GrowingFile.In(Folder, "followed").GrowTo(new RunRecords("followed").Start().Rows(0, 3));
        Folder.Place(new RunRecords("free").Start().Rows(0, 3).Exit());
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("followed", 3, watch);

        var run = await SyncAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("another agent has this run directory", (string)run.Reports.Single(report => (string)report["run"]! == "followed")["message"]!, StringComparison.Ordinal);
        await EndAsync(signal, watch);
        Assert.Equal(0, (await SyncAsync()).Status);
    }

    [Fact]
    public async Task Lock_ends_with_its_process()
    {
        var file = GrowingFile.In(Folder, "process");
        var records = new RunRecords("process").Start().Rows(0, 3);
        file.GrowTo(records);
        using var process = StartAgent("watch", Folder.Wandb);
        try
        {
            await UntilAsync(() => Find("process") is { } run && run.Steps().Count == 3, Never, "the process sent the rows");
            using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
            file.GrowTo(records.Rows(3, 2).Exit());
            await UntilAsync(() => Find("process")!.Steps().Count == 5, watch, "the process sent more rows");
            process.Kill();
            await process.WaitForExitAsync(Stop);

            await UntilAsync(() => File.Exists(file.Path + ".synced"), watch, "the run was finished");

            Assert.Equal(0, (await EndAsync(signal, watch)).Status);
            await AssertEqualsOneSyncAsync("a run whose first agent was killed");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static Task<AgentRun> Never { get; } = new TaskCompletionSource<AgentRun>().Task;

    private Process StartAgent(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [AgentProcess.BuiltAgent, .. args]) { RedirectStandardOutput = true };
        start.Environment["WANDB_BASE_URL"] = Backend.Url.AbsoluteUri;
        start.Environment["WANDB_API_KEY"] = Backend.ApiKey;
        return Process.Start(start) ?? throw new UnreachableException();
    }
}
