using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Sync;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Crash;

/// <summary>
/// The agent ends at some moment and is started again; the server must have what one undisturbed sync leaves. Only an alert may come twice, and only
/// when the end came between its acknowledgement and the checkpoint: the server cannot recognise a repeated alert.
/// </summary>
public sealed class CrashTests : SyncTest
{
    private const string AlertRequest = "graphql:NotifyScriptableRunAlert";

    [Fact]
    public async Task Ending_at_any_step_of_writing_a_file_and_starting_again_leaves_what_one_sync_leaves()
    {
        Place();
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        var steps = new List<string>();
        await (Agent with { DurableStep = steps.Add }).SyncAsync(Stop, Folder.Wandb);
        Assert.True(steps.Count >= 8 * 5, $"{steps.Count} steps: too few checkpoints for this test");
        for (var crash = 0; crash < steps.Count; crash++)
        {
            await using var backend = await LocalBackend.StartAsync(Options, Stop);
            using var copy = Folder.Copy();
            var agent = AgentSetup.For(backend, copy);
            var step = 0;
            var mayRepeatAlert = false;
            // The boundary between runs catches it, after everything that a dead process would not have done either.
            var crashed = await (agent with
            {
                DurableStep = name =>
                {
                    if (step++ != crash)
                        return;
                    mayRepeatAlert = name != "renamed" && backend.Trace[^1].Kind == AlertRequest;
                    throw new CrashException();
                },
            }).SyncAsync(Stop, copy.Wandb);
            Assert.Contains(nameof(CrashException), crashed.Output, StringComparison.Ordinal);

            var run = await agent.SyncAsync(Stop, copy.Wandb);

            AssertAsOneSync(wanted, backend, run, $"ended at step {crash} ({steps[crash]})", mayRepeatAlert);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ending_at_any_request_and_starting_again_leaves_what_one_sync_leaves(bool requestArrives)
    {
        Place();
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        await SyncAsync();
        var requests = Backend.Trace.Count;
        Assert.True(requests >= 20, $"{requests} requests: too few for this test");
        for (var crash = 0; crash < requests; crash++)
        {
            await using var backend = await LocalBackend.StartAsync(Options, Stop);
            using var copy = Folder.Copy();
            var agent = AgentSetup.For(backend, copy);
            using var end = new CancellationTokenSource();
            backend.Faults.Set([new FaultRule("*", Drop(requestArrives)) { Skip = crash }]);
            await (agent with { Failed = end.Cancel }).SyncAsync(end.Token, copy.Wandb);
            Assert.True(end.IsCancellationRequested, $"request {crash} did not come");
            var last = backend.Trace.Single(request => request.Fault is not null).Kind;

            var run = await agent.SyncAsync(Stop, copy.Wandb);

            AssertAsOneSync(wanted, backend, run, $"ended at request {crash} ({last})", requestArrives && last == AlertRequest);
        }
    }

    [Fact]
    public async Task Ending_at_any_request_and_syncing_a_copy_on_another_machine_leaves_what_one_sync_leaves()
    {
        Place();
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        await SyncAsync();
        var requests = Backend.Trace.Count;
        for (var crash = 0; crash < requests; crash++)
        {
            await using var backend = await LocalBackend.StartAsync(Options, Stop);
            using var copy = Folder.Copy();
            using var end = new CancellationTokenSource();
            backend.Faults.Set([new FaultRule("*", new FaultAction.DropAfter()) { Skip = crash }]);
            await (AgentSetup.For(backend, copy) with { Failed = end.Cancel }).SyncAsync(end.Token, copy.Wandb);
            using var other = copy.Copy();

            var run = await AgentSetup.For(backend, other).SyncAsync(Stop, other.Wandb);

            // No checkpoint there: an alert that no row follows yet comes again.
            AssertAsOneSync(wanted, backend, run, $"ended at request {crash}", mayRepeatAlert: true);
        }
    }

    [Fact]
    public async Task Ending_again_and_again_at_random_requests_leaves_what_one_sync_leaves()
    {
        const int seeds = 25;
        Place();
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        for (var seed = 1; seed <= seeds; seed++)
        {
            await using var backend = await LocalBackend.StartAsync(Options, Stop);
            using var copy = Folder.Copy();
            var agent = AgentSetup.For(backend, copy);
            var random = new Random(seed);
            for (var ends = random.Next(2, 8); ends > 0; ends--)
            {
                using var end = new CancellationTokenSource();
                backend.Faults.Set([new FaultRule("*", Drop(arrives: random.Next(2) == 0)) { Skip = random.Next(12) }]);
                await (agent with { Failed = end.Cancel }).SyncAsync(end.Token, copy.Wandb);
            }
            backend.Faults.Set([]);

            var run = await agent.SyncAsync(Stop, copy.Wandb);

            var mayRepeat = backend.Trace.Any(request => request.Kind == AlertRequest && request.Fault is not null);
            AssertAsOneSync(wanted, backend, run, $"seed {seed}", mayRepeat);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ending_at_any_request_of_a_resumed_run_and_starting_again_keeps_both_parts(bool requestArrives)
    {
        Folder.Place(
            new RunRecords("parts").Start(writer: "first")
                .Rows(0, 9, padding: 300).Event(1).Console("one\n").Summary("best", "1").Config("lr", "1").Exit(),
            "20260921_120000");
        Folder.Place(
            new RunRecords("parts").Start(later: 3600, writer: "second")
                .Rows(9, 9, padding: 300).Event(3601).Console("two\n", 3601).Summary("last", "2").Exit(),
            "20260921_130000");
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        await SyncAsync();
        for (var crash = 0; crash < Backend.Trace.Count; crash++)
        {
            await using var backend = await LocalBackend.StartAsync(Options, Stop);
            using var copy = Folder.Copy();
            var agent = AgentSetup.For(backend, copy);
            using var end = new CancellationTokenSource();
            backend.Faults.Set([new FaultRule("*", Drop(requestArrives)) { Skip = crash }]);
            await (agent with { Failed = end.Cancel }).SyncAsync(end.Token, copy.Wandb);

            var run = await agent.SyncAsync(Stop, copy.Wandb);

            Assert.True(run.Status == 0, $"ended at request {crash}: {run}");
            ServerState.AssertSame(wanted, backend, $"ended at request {crash} ({backend.Trace.Single(request => request.Fault is not null).Kind})");
        }
    }

    private static FaultAction Drop(bool arrives) => arrives ? new FaultAction.DropAfter() : new FaultAction.DropBefore();

    /// <summary>Everything that a run can hold, in bodies of 2 KiB.</summary>
    private void Place()
    {
        var file = Folder.Place(new RunRecords("crash").Start()
            .Rows(0, 12, padding: 300).Event(1).Console("one\n", 1).Alert("slow").Config("lr", "0.5")
            .Rows(12, 12, padding: 300).Event(2).Console("10%\r", 2).Console("20%\n", 3).Summary("best", "3").File("notes.txt")
            .Artifact(Folder.Artifact("data", "content")).Rows(24, 3, padding: 300).Console("three\n", 4).Exit(2));
        TrainerFolder.PlaceFile(file, "notes.txt", "notes");
    }

    private static void AssertAsOneSync(JsonObject wanted, LocalBackend backend, AgentRun run, string what, bool mayRepeatAlert)
    {
        Assert.True(run.Status == 0, $"{what}: {run}");
        var alerts = backend.Run("crash")["alerts"]!.AsArray().Count;
        Assert.True(alerts == 1 || mayRepeatAlert && alerts > 1, $"{what}: {alerts} alerts");
        var expected = (JsonObject)wanted.DeepClone();
        for (; alerts > 1; alerts--)
            expected["runs"]![0]!["alerts"]!.AsArray().Add(expected["runs"]![0]!["alerts"]![0]!.DeepClone());
        ServerState.AssertSame(expected, backend, what);
    }

    /// <summary>The end of the process: nothing in the agent knows it.</summary>
    private sealed class CrashException : Exception;
}
