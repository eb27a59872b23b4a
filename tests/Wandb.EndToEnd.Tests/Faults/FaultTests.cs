using Wandb.Agent.Checkpoints;
using Wandb.Agent.Http;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Sync;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Faults;

/// <summary>A network and a server that fail for a while: the final state equals that of one clean sync.</summary>
public sealed class FaultTests : SyncTest
{
    private const int Seeds = 40;

    [Fact]
    public async Task Random_faults_leave_what_one_clean_sync_leaves()
    {
        RandomFaults.Place(Folder, "faults");
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            await using var backend = await LocalBackend.StartAsync(Options with { Faults = RandomFaults.Schedule(new Random(seed)), FaultSeed = seed }, Stop);
            using var copy = Folder.Copy();

            var run = await AgentSetup.For(backend, copy).SyncAsync(Stop, copy.Wandb);

            var what = $"seed {seed}, {backend.Faults.Hits} faults";
            Assert.True(run.Status == 0, $"{what}: {run}");
            Assert.True(backend.Faults.Hits > 0, $"{what}: the schedule hit nothing");
            ServerState.AssertSame(RandomFaults.WithRepeatedAlerts(wanted, backend), backend, what);
        }
    }

    [Theory]
    [InlineData("graphql")]
    [InlineData("filestream")]
    [InlineData("put")]
    public async Task A_server_that_is_dark_for_a_while_is_waited_for(string kind)
    {
        RandomFaults.Place(Folder, "dark");
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        Backend.Faults.Set([new FaultRule(kind, new FaultAction.Dark(TimeSpan.FromMilliseconds(250))) { Skip = 1 }]);
        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains(Backend.Trace, request => request.Fault == "dark");
        ServerState.AssertSame(wanted, Backend, "after the darkness");
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_costs_no_data()
    {
        var file = RandomFaults.Place(Folder, "gone");
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        var agent = Agent with { Retry = new RetryOptions { BaseDelay = TimeSpan.FromMilliseconds(1), FileStreamTries = 3 } };
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.DropBefore()) { Skip = 2, Count = null }]);

        var run = await agent.SyncAsync(Stop, Folder.Wandb);

        Assert.Equal((2, "incomplete"), (run.Status, run.Result));
        Assert.Contains("could not be reached", run.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(file + ".synced"));
        Backend.Faults.Set([]);
        Assert.Equal(0, (await agent.SyncAsync(Stop, Folder.Wandb)).Status);
        ServerState.AssertSame(wanted, Backend, "when it is back");
    }

    [Fact]
    public async Task Files_that_could_not_be_sent_are_not_called_refused()
    {
        RandomFaults.Place(Folder, "store");
        var agent = Agent with { Retry = new RetryOptions { BaseDelay = TimeSpan.FromMilliseconds(1), FilePutTries = 3 } };
        Backend.Faults.Set([new FaultRule("put", new FaultAction.DropBefore()) { Count = null }]);

        var run = await agent.SyncAsync(Stop, Folder.Wandb);

        Assert.Equal((2, "incomplete", 0), (run.Status, run.Result, (int)run.Report["setAside"]!));
        Assert.Contains("could not be sent", run.Message, StringComparison.Ordinal);
        Backend.Faults.Set([]);
        Assert.Equal(0, (await agent.SyncAsync(Stop, Folder.Wandb)).Status);
    }

    [Fact]
    public async Task Retry_after_is_obeyed()
    {
        RandomFaults.Place(Folder, "after");
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(429, RetryAfterSeconds: 0.3))]);

        Assert.Equal(0, (await SyncAsync()).Status);

        var stream = Backend.Trace.Where(request => request.Kind == "filestream").Take(2).ToList();
        Assert.Equal([429, 200], stream.Select(request => request.Status));
        Assert.True(stream[1].Time - stream[0].Time >= TimeSpan.FromMilliseconds(290), $"{stream[1].Time - stream[0].Time}");
    }

    [Fact]
    public async Task Two_stream_requests_a_second_are_enough()
    {
        Folder.Place(new RunRecords("slow").Start().Rows(0, 8, padding: 1000).Exit());
        await using var limited = await LocalBackend.StartAsync(new LocalBackendOptions { RateLimit = true }, Stop);

        var run = await AgentSetup.For(limited, Folder).SyncAsync(Stop, Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(8, limited.Run("slow").Steps().Count);
        Assert.True(limited.Trace.Count(request => request.Kind == "filestream") >= 4, "too few requests for this test");
    }

    [Fact]
    public async Task Stopping_by_signal_keeps_a_checkpoint_and_says_so()
    {
        var file = RandomFaults.Place(Folder, "stopped");
        using var signal = new CancellationTokenSource();
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(503)) { Skip = 3 }]);

        var run = await (Agent with { Failed = signal.Cancel }).SyncAsync(signal.Token, Folder.Wandb);

        Assert.Equal((2, "incomplete"), (run.Status, run.Result));
        Assert.Contains("stopped", run.Message, StringComparison.Ordinal);
        var checkpoint = new CheckpointStore(new StateDirectory(file, Agent.StateRoot), file, DurableFile.Plain).Load();
        Assert.NotNull(checkpoint);
        Assert.InRange(checkpoint.History.Next, 1, Backend.Run("stopped").Steps().Count);
    }
}
