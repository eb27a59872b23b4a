using Wandb.Agent.Streaming;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>What the server does not take is set aside with its reason, and the rest goes on.</summary>
public sealed class QuarantineTests : SyncTest
{
    [Fact]
    public async Task A_line_over_the_limit_is_set_aside()
    {
        var file = Folder.Place(new RunRecords("long").Start()
            .Rows(0, 2).Row(2, ("text", RunRecords.Json(new string('x', StreamFiles.MaxLineBytes)))).Rows(3, 2).Exit());

        var run = await SyncAsync();

        Assert.Equal((2, 1), (run.Status, (int)run.Report["setAside"]!));
        Assert.Contains("over the limit", run.Message, StringComparison.Ordinal);
        Assert.Equal([0, 1, 3, 4], Backend.Run("long").Steps());
        Assert.True((bool)Backend.Run("long")["complete"]!);
        AssertKept(file, "over the limit");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task Data_the_server_refuses_is_set_aside_and_the_rest_goes_on(int status)
    {
        var file = Folder.Place(new RunRecords("refused").Start()
            .Rows(0, 20).Row(20, ("word", "\"POISON\"")).Rows(21, 20).Event(1).Console("hello\n").Exit());
        Backend.Faults.Set([Poison(status)]);

        var run = await SyncAsync();

        Assert.Equal((2, 1), (run.Status, (int)run.Report["setAside"]!));
        Assert.Equal(Enumerable.Range(0, 41).Where(step => step != 20).Select(step => (long)step), Backend.Run("refused").Steps());
        Assert.Equal(["hello"], Backend.Run("refused").ConsoleTexts());
        Assert.Single(Backend.Run("refused")["events"]!.AsArray());
        AssertKept(file, "no such word");
    }

    [Fact]
    public async Task A_refused_console_line_leaves_the_others_where_they_are()
    {
        Folder.Place(new RunRecords("console").Start().Rows(0, 2).Console("one\n").Console("POISON\n").Console("three\n").Exit());
        Backend.Faults.Set([Poison(400)]);

        var run = await SyncAsync();

        Assert.Equal(2, run.Status);
        Assert.Equal(["one", null, "three"], Backend.Run("console").ConsoleTexts().Select(line => line == "gap>" ? null : line));
    }

    [Fact]
    public async Task Refused_data_stays_set_aside_when_the_run_is_synced_again()
    {
        Folder.Place(new RunRecords("again").Start().Rows(0, 20, padding: 300).Row(20, ("word", "\"POISON\"")).Rows(21, 20, padding: 300).Exit());
        Backend.Faults.Set([Poison(400)]);
        await SyncAsync();
        var state = Backend.State();

        Assert.Equal(2, (await SyncAsync()).Status);
        ServerState.AssertSame(state, Backend, "same directory");
        using var copy = Folder.Copy();
        Assert.Equal(2, (await SyncAsync(copy.Wandb)).Status);
        ServerState.AssertSame(state, Backend, "copy of the directory");
    }

    [Fact]
    public async Task Stopping_behind_refused_data_and_going_on_leaves_no_gap_and_no_row_twice()
    {
        Folder.Place(new RunRecords("stopped").Start().Rows(0, 10, padding: 300).Row(10, ("word", "\"POISON\"")).Rows(11, 60, padding: 300).Exit());
        var wanted = Enumerable.Range(0, 71).Where(step => step != 10).Select(step => (long)step).ToList();
        var stops = 0;
        for (var request = 0; request < 100; request++)
        {
            await using var backend = await Sandbox.Backend.LocalBackend.StartAsync(Options, Stop);
            using var copy = Folder.Copy();
            using var stop = new CancellationTokenSource();
            backend.Faults.Set([Poison(400), new FaultRule("filestream", new FaultAction.DropAfter()) { Skip = request }]);
            var agent = AgentSetup.For(backend, copy);
            await (agent with { Failed = () => StopWhenDropped(backend, stop) }).SyncAsync(stop.Token, copy.Wandb);
            if (!stop.IsCancellationRequested)
                break;
            stops++;
            backend.Faults.Set([Poison(400)]);

            var run = await agent.SyncAsync(Stop, copy.Wandb);

            var what = $"stopped after request {request}: {run}";
            Assert.True(wanted.SequenceEqual(backend.Run("stopped").Steps()), $"{what} {string.Join(' ', backend.Run("stopped").Steps())}");
            Assert.True(run.Status == 2 && (int)run.Report["setAside"]! == 1, what);
        }
        Assert.InRange(stops, 12, 99);
    }

    [Fact]
    public async Task A_server_that_refuses_every_line_is_not_asked_for_ever()
    {
        var file = Folder.Place(new RunRecords("never").Start().Rows(0, 500, padding: 100).Exit());
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(400, Body: """{"error":"no such word"}""")) { Count = null }]);

        var run = await SyncAsync();

        Assert.Equal((2, "incomplete"), (run.Status, run.Result));
        Assert.Contains("no such word", run.Message, StringComparison.Ordinal);
        Assert.InRange(Backend.Trace.Count, 1, 150);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(file)!, "*.txt", SearchOption.AllDirectories));
        Backend.Faults.Set([]);
        Assert.Equal(0, (await SyncAsync()).Status);
        Assert.Equal(Enumerable.Range(0, 500).Select(step => (long)step), Backend.Run("never").Steps());
    }

    [Fact]
    public async Task Values_that_are_no_JSON_are_set_aside()
    {
        var bad = new Sandbox.Trainer.ProtoBytes().Message(1, RunRecords.RawItem("loss"u8, "{broken"u8)).Written.ToArray();
        var file = Folder.Place(new RunRecords("broken").Start().Rows(0, 2).Add(2, bad).Rows(2, 2).Exit());

        var run = await SyncAsync();

        Assert.NotEqual(0, run.Status);
        Assert.Equal([0, 1, 2, 3], Backend.Run("broken").Steps());
        AssertKept(file, "not JSON");
    }

    private static void StopWhenDropped(Sandbox.Backend.LocalBackend backend, CancellationTokenSource stop)
    {
        if (backend.Trace.Any(request => request.Fault == "drop_after"))
            stop.Cancel();
    }

    private static FaultRule Poison(int status) =>
        new("filestream", new FaultAction.Status(status, Body: """{"error":"no such word"}""")) { Count = null, BodyContains = "POISON" };

    private static void AssertKept(string file, string reason)
    {
        var kept = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(file)!, ".wandb-agent", "quarantine"));
        Assert.Contains(reason, File.ReadAllText(Assert.Single(kept)), StringComparison.Ordinal);
    }
}
