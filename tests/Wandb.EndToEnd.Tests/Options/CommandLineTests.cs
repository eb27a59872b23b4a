using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Sync;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Options;

public sealed class CommandLineTests : SyncTest
{
    private static readonly string[] Ids = ["a", "b", "c", "d"];

    [Fact]
    public async Task Dry_run_sends_no_request_and_needs_no_key()
    {
        PlaceFour();
        var before = Folder.Snapshot();

        var run = await (Agent with { ApiKey = null }).SyncAsync(Stop, Folder.Wandb, "--dry-run");

        Assert.Equal(0, run.Status);
        Assert.Equal(Ids, run.Reports.Select(report => (string)report["run"]!));
        Assert.All(run.Reports, report => Assert.Equal(("listed", "would be synced"), ((string)report["result"]!, (string)report["message"]!)));
        Assert.Empty(Backend.Trace);
        Assert.Equal(before.Entries, Folder.Snapshot().Entries);
    }

    [Fact]
    public async Task One_job_syncs_one_run_after_the_other()
    {
        PlaceFour();

        Assert.Equal(0, (await SyncAsync(Folder.Wandb, "--jobs", "1")).Status);

        Assert.Equal(4, Turns(RunsInTrace()).Count);
    }

    [Fact]
    public async Task Several_jobs_sync_runs_side_by_side()
    {
        PlaceFour();
        // The first stream request is held until the others have passed: with one job nothing would pass.
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Delay(TimeSpan.FromMilliseconds(600)))]);

        Assert.Equal(0, (await SyncAsync(Folder.Wandb, "--jobs", "4")).Status);

        var runs = RunsInTrace();
        Assert.Equal(Ids, runs.Distinct().Order(StringComparer.Ordinal));
        Assert.True(Turns(runs).Count > 4, string.Join(' ', runs));
        Assert.All(Ids, id => Assert.Equal([0, 1, 2], Backend.Run(id).Steps()));
    }

    [Fact]
    public async Task Json_output_is_exactly_one_object_for_each_run()
    {
        PlaceFour();
        Folder.Place("bad", []);
        Backend.Faults.Set([new FaultRule("*", new FaultAction.Status(503)) { Probability = 0.3, Count = 20 }]);

        var run = await SyncAsync();

        Assert.Equal(2, run.Status);
        var lines = run.Output.Split('\n');
        Assert.Equal("", lines[^1]);
        Assert.Equal(5, lines.Length - 1);
        Assert.All(lines[..^1], line => Assert.IsType<JsonObject>(JsonNode.Parse(line)));
        Assert.Equal(run.Reports.Count, run.Reports.Select(report => (string)report["file"]!).Distinct().Count());
    }

    [Fact]
    public async Task Text_output_names_every_run_and_ends_with_a_total()
    {
        PlaceFour();

        var run = await Agent.RunAsync(["sync", Folder.Wandb], Stop);

        Assert.Equal(0, run.Status);
        Assert.All(Ids, id => Assert.Contains($"demo/{id}", run.Output, StringComparison.Ordinal));
        Assert.Contains("4 runs: 4 synced; 12 rows", run.Output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Id_for_several_runs_is_refused_as_wrong_usage()
    {
        PlaceFour();

        var run = await SyncAsync(Folder.Wandb, "--id", "one");

        Assert.Equal(1, run.Status);
        Assert.Empty(Backend.Trace);
    }

    [Fact]
    public async Task Gzip_is_used_when_the_server_offers_it()
    {
        await using var backend = await LocalBackend.StartAsync(new LocalBackendOptions { Features = ["FILESTREAM_GZIP"] }, Stop);
        PlaceFour();

        Assert.Equal(0, (await AgentSetup.For(backend, Folder).SyncAsync(Stop, Folder.Wandb)).Status);

        Assert.Contains(backend.Trace, request => request.Kind == "filestream" && request.Headers.GetValueOrDefault("Content-Encoding") == "gzip");
        Assert.Equal([0, 1, 2], backend.Run("a").Steps());
    }

    private void PlaceFour()
    {
        foreach (var id in Ids)
            Folder.Place(new RunRecords(id).Start().Rows(0, 3, padding: 1500).Exit());
    }

    private List<string> RunsInTrace() =>
        [.. Backend.Trace.Where(request => request.Kind == "filestream").Select(request => request.Path.Split('/')[^2])];

    /// <summary>The runs, without repetitions that stand beside each other.</summary>
    private static List<string> Turns(List<string> runs) => [.. runs.Where((run, i) => i == 0 || runs[i - 1] != run)];
}
