using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>
/// A pod goes on with the run of one that is gone, and its run file with it: what the server has of the run is all that is left of the first part.
/// </summary>
public sealed class ReplacedPodTests : SyncTest
{
    private const string Run = "replaced";
    private const string Time = "20260921_130000";
    private const string Upsert = "graphql:UpsertBucket";

    [Theory]
    [InlineData(401, """{"error":"injected"}""")]
    [InlineData(403, """{"error":"injected"}""")]
    [InlineData(404, """{"error":"injected"}""")]
    [InlineData(200, "<html>sign in</html>")]
    public async Task Part_whose_first_request_is_refused_is_sent_by_the_next_try(int status, string body)
    {
        await SyncElsewhereAsync(First());
        Folder.Place(Second().Exit(), Time);
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(status, Body: body))]);
        Assert.Equal(2, (await SyncAsync()).Status);
        Assert.Equal(Steps(5), Backend.Run(Run).Steps());

        var run = await SyncAsync();

        AssertHasBoth(run);
    }

    /// <summary>Until its first row is there, a file that is followed shows nothing that could be known again.</summary>
    [Fact]
    public async Task Part_without_rows_whose_first_request_is_refused_goes_on_when_rows_come()
    {
        await SyncElsewhereAsync(First());
        var records = new RunRecords(Run).Start(later: 3600, writer: "second").Event(3601).Console("two\n", 3601);
        Folder.Place(records, Time);
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(403))]);
        Assert.Equal(2, (await SyncAsync()).Status);
        Folder.Place(records.Rows(5, 5).Exit(), Time);

        var run = await Agent.WatchAsync(Stop, "--exit-when-done", "--quiet", "2s", Folder.Wandb);

        AssertHasBoth(run);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ending_at_any_request_and_starting_again_keeps_both_parts(bool requestArrives)
    {
        await SyncElsewhereAsync(First());
        Folder.Place(Long().Exit(), Time);
        await SyncAsync();
        var wanted = Backend.State();
        var requests = Backend.Trace.Count;
        for (var crash = 0; crash < requests; crash++)
        {
            await using var backend = await BackendWithFirstPartAsync(First());
            using var copy = Folder.Copy();
            var agent = AgentSetup.For(backend, copy);
            using var end = new CancellationTokenSource();
            backend.Faults.Set([new FaultRule("*", requestArrives ? new FaultAction.DropAfter() : new FaultAction.DropBefore()) { Skip = crash }]);
            await (agent with { Failed = end.Cancel }).SyncAsync(end.Token, copy.Wandb);
            if (!end.IsCancellationRequested)
                break;
            var last = backend.Trace.Single(request => request.Fault is not null).Kind;
            backend.Faults.Set([]);

            var run = await agent.SyncAsync(Stop, copy.Wandb);

            Assert.True(run.Status == 0, $"ended at request {crash} ({last}): {run}");
            ServerState.AssertSame(wanted, backend, $"ended at request {crash} ({last})");
        }
    }

    [Fact]
    public async Task Ending_at_any_step_of_writing_a_file_and_starting_again_keeps_both_parts()
    {
        await SyncElsewhereAsync(First());
        Folder.Place(Long().Exit(), Time);
        var steps = new List<string>();
        using (var copy = Folder.Copy())
            await (AgentSetup.For(Backend, copy) with { DurableStep = steps.Add }).SyncAsync(Stop, copy.Wandb);
        var wanted = Backend.State();
        for (var crash = 0; crash < steps.Count; crash++)
        {
            await using var backend = await BackendWithFirstPartAsync(First());
            using var copy = Folder.Copy();
            var agent = AgentSetup.For(backend, copy);
            var step = 0;
            await (agent with { DurableStep = _ => ThrowAt(step++ == crash) }).SyncAsync(Stop, copy.Wandb);

            var run = await agent.SyncAsync(Stop, copy.Wandb);

            Assert.True(run.Status == 0, $"ended at step {crash} ({steps[crash]}): {run}");
            ServerState.AssertSame(wanted, backend, $"ended at step {crash} ({steps[crash]})");
        }
    }

    /// <summary>Of what has begun without an acknowledgement, nobody knows whether it has arrived: it is not moved behind what came since.</summary>
    [Fact]
    public async Task Part_that_has_begun_does_not_write_over_one_that_came_since()
    {
        await SyncElsewhereAsync(First());
        var file = Folder.Place(Second().Exit(), Time);
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(403))]);
        Assert.Equal(2, (await SyncAsync()).Status);
        await SyncElsewhereAsync(Third());
        var state = Backend.State();

        var run = await SyncAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains($"another part of run {Run} stands on the server where {file} would go on", run.Message, StringComparison.Ordinal);
        ServerState.AssertSame(state, Backend, "after another part had come");
    }

    [Fact]
    public async Task Part_of_which_the_server_was_not_told_goes_behind_one_that_came_since()
    {
        await SyncElsewhereAsync(First());
        Folder.Place(Second().Exit(), Time);
        Backend.Faults.Set([new FaultRule(Upsert, new FaultAction.Status(403))]);
        Assert.Equal(2, (await SyncAsync()).Status);
        await SyncElsewhereAsync(Third());

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 10, 11, 12, 5, 6, 7, 8, 9], Backend.Run(Run).Steps());
        Assert.Equal(["one", "three", "two"], Backend.Run(Run).ConsoleTexts());
    }

    /// <param name="isRefused">Whether the first request of the second part is refused.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Part_without_rows_keeps_its_console_events_log_and_config(bool isRefused)
    {
        await SyncElsewhereAsync(WithoutRows());
        var log = Backend.Run(Run).Files()["output.log"]!.DeepClone();
        Folder.Place(Second().Config("rate", "2").Exit(), Time);
        if (isRefused)
        {
            Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(403))]);
            Assert.Equal(2, (await SyncAsync()).Status);
        }

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        AssertHasPartWithoutRows();
        Assert.True(JsonNode.DeepEquals(log, Backend.Run(Run).Files()["output.log"]), Backend.Run(Run).Files()["output.log"]!.ToJsonString());
        Assert.Single(Backend.Run(Run).Files(), file => file.Key.StartsWith("logs/output_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Part_without_rows_that_lies_beside_it_keeps_its_config_as_well()
    {
        Folder.Place(WithoutRows());
        Assert.Equal(0, (await SyncAsync()).Status);
        Folder.Place(Second().Config("rate", "2").Exit(), Time);

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        AssertHasPartWithoutRows();
    }

    [Fact]
    public async Task Part_behind_one_without_rows_leaves_the_same_when_it_is_synced_from_a_copy()
    {
        await SyncElsewhereAsync(WithoutRows());
        Folder.Place(Second().Config("rate", "2").Exit(), Time);
        Assert.Equal(0, (await SyncAsync()).Status);
        var state = Backend.State();
        using var copy = Folder.Copy();

        var run = await AgentSetup.For(Backend, copy).SyncAsync(Stop, copy.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        ServerState.AssertSame(state, Backend, "sync of the copy");
    }

    [Fact]
    public async Task Part_without_rows_leaves_the_later_one_alone_when_it_is_synced_from_a_copy()
    {
        using var first = new TrainerFolder();
        first.Place(WithoutRows());
        using var copy = first.Copy();
        Assert.Equal(0, (await AgentSetup.For(Backend, first).SyncAsync(Stop, first.Wandb)).Status);
        Folder.Place(Second().Config("rate", "2").Exit(), Time);
        Assert.Equal(0, (await SyncAsync()).Status);

        await AgentSetup.For(Backend, copy).SyncAsync(Stop, copy.Wandb);

        Assert.Equal(Steps(5, from: 5), Backend.Run(Run).Steps());
        Assert.Equal(["one", "two"], Backend.Run(Run).ConsoleTexts());
        Assert.Equal([1, 3601], Events());
        Assert.Equal(3, (int)Backend.Run(Run).Config("layers")!);
    }

    /// <summary>Where no checkpoint is left, and nothing of the file is known again, its lines might come a second time.</summary>
    [Fact]
    public async Task Part_that_has_begun_behind_one_without_rows_and_left_no_checkpoint_is_told()
    {
        await SyncElsewhereAsync(WithoutRows());
        Folder.Place(Second().Exit(), Time);
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(403))]);
        Assert.Equal(2, (await SyncAsync()).Status);
        using var copy = Folder.Copy();
        var state = Backend.State();

        var run = await AgentSetup.For(Backend, copy).SyncAsync(Stop, copy.Wandb);

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("which of them are of this file cannot be told, so none is sent", run.Message, StringComparison.Ordinal);
        ServerState.AssertSame(state, Backend, "sync without a checkpoint");
    }

    private static RunRecords First() => new RunRecords(Run).Start(writer: "first").Rows(0, 5).Event(1).Console("one\n", 1).Exit(1);

    private static RunRecords Second() => new RunRecords(Run).Start(later: 3600, writer: "second").Event(3601).Console("two\n", 3601).Rows(5, 5);

    private static RunRecords Third() => new RunRecords(Run).Start(later: 7200, writer: "third").Event(7201).Console("three\n", 7201).Rows(10, 3).Exit();

    /// <summary>Of several requests.</summary>
    private static RunRecords Long() => Second().Rows(10, 20, padding: 300).Config("lr", "1").Console("three\n", 3602).Summary("best", "1");

    /// <summary>As of a script that fails before its training begins.</summary>
    private static RunRecords WithoutRows() => new RunRecords(Run).Start(writer: "first").Config("rate", "1").Config("layers", "3").Event(1).Console("one\n", 1).Exit(1);

    private static void ThrowAt(bool isThere)
    {
        if (isThere)
            throw new CrashException();
    }

    private Task SyncElsewhereAsync(RunRecords records) => SyncElsewhereAsync(Backend, records);

    private static async Task SyncElsewhereAsync(LocalBackend backend, RunRecords records)
    {
        using var other = new TrainerFolder();
        other.Place(records);
        var run = await AgentSetup.For(backend, other).SyncAsync(Stop, other.Wandb);
        Assert.True(run.Status == 0, run.ToString());
    }

    private async Task<LocalBackend> BackendWithFirstPartAsync(RunRecords first)
    {
        var backend = await LocalBackend.StartAsync(Options, Stop);
        await SyncElsewhereAsync(backend, first);
        return backend;
    }

    private IEnumerable<int> Events() => Backend.Run(Run)["events"]!.AsArray().Select(line => (int)line!["system.cpu"]!);

    private void AssertHasBoth(AgentRun run)
    {
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(Steps(10), Backend.Run(Run).Steps());
        Assert.Equal(["one", "two"], Backend.Run(Run).ConsoleTexts());
        Assert.Equal([1, 3601], Events());
        Assert.Equal(0, (int)Backend.Run(Run)["stream_stats"]!["wandb-history.jsonl"]!["written_twice_different"]!);
    }

    private void AssertHasPartWithoutRows()
    {
        Assert.Equal(Steps(5, from: 5), Backend.Run(Run).Steps());
        Assert.Equal(["one", "two"], Backend.Run(Run).ConsoleTexts());
        Assert.Equal([1, 3601], Events());
        Assert.Equal((2, 3), ((int)Backend.Run(Run).Config("rate")!, (int)Backend.Run(Run).Config("layers")!));
    }

    private static IEnumerable<long> Steps(int count, int from = 0) => Enumerable.Range(from, count).Select(step => (long)step);

    /// <summary>The end of the process: nothing in the agent knows it.</summary>
    private sealed class CrashException : Exception;
}
