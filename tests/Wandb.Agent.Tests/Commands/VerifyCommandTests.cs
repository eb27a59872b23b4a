using System.Text.Json.Nodes;
using Wandb.Agent.Tests.Verification;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.Agent.Tests.Commands;

public sealed class VerifyCommandTests
{
    private static readonly string[] Queries = ["ServerFeaturesQuery", "RunResumeStatus", "RunFilesByName", "ClientIDMapping", "ArtifactById"];

    [Fact]
    public async Task After_a_sync_a_run_is_verified_in_one_line()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun { Artifact = "weights" });
        var run = await backend.VerifyAsync(directory);
        var lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.Equal((0, "verified    demo/abc  5 rows, last step 4, 5 files, 1 artifact", ""), (run.Status, lines[0], run.Error));
        Assert.StartsWith("1 run: 1 verified; 5 rows, 5 files in ", Assert.Single(lines[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verifying_changes_nothing_here_or_there()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun { Artifact = "weights" });
        backend.RemoveReceipts();
        var (here, there, requests) = (backend.Snapshot(), Kept(backend), backend.Backend.Trace.Count);
        await backend.VerifyAsync(directory);
        await backend.VerifyAsync("--id", "unknown", directory);
        Assert.Equal(here, backend.Snapshot());
        Assert.Equal(there, Kept(backend));
        Assert.All(backend.Backend.Trace.Skip(requests), request => Assert.Contains(request.Detail?["operationName"]?.GetValue<string>(), Queries));
    }

    [Fact]
    public async Task Every_comparison_stands_in_the_json_of_its_run()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun { Artifact = "weights", ExitCode = 3 });
        var (status, report) = await backend.ReportAsync(directory);
        Assert.Equal((0, "verified", 5, 4), (status, report.GetProperty("result").GetString(), report.GetProperty("historyLines").GetInt32(), report.GetProperty("lastStep").GetInt32()));
        var findings = report.GetProperty("findings").EnumerateArray().ToDictionary(finding => finding.GetProperty("subject").GetString()!, finding => finding.GetProperty("verdict").GetString());
        string[] subjects = ["history", "events", "console", "state", "file notes.txt", "file config.yaml", "file wandb-summary.json", "file wandb-metadata.json",
            "file output.log", "artifact model/my-model"];
        Assert.Equal(subjects.Order(StringComparer.Ordinal), findings.Keys.Order(StringComparer.Ordinal));
        Assert.All(findings.Values, verdict => Assert.Equal("same", verdict));
    }

    [Fact]
    public async Task Without_a_receipt_what_cannot_be_compared_is_said()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun());
        backend.RemoveReceipts();
        var run = await backend.VerifyAsync(directory);
        Assert.Equal(0, run.Status);
        Assert.StartsWith("verified    demo/abc  5 rows, last step 4, 5 files\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("            not checked: file config.yaml: on the server (", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("notes.txt", run.Output, StringComparison.Ordinal);
        Assert.Contains(" not checked in ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_looked_for_where_the_receipt_says()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun(), "--project", "elsewhere");
        var run = await backend.VerifyAsync(directory);
        Assert.StartsWith("verified    elsewhere/abc  ", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await backend.VerifyAsync("--project", "demo", directory)).Status);
    }

    [Fact]
    public async Task A_run_that_the_server_does_not_have_is_missing()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = backend.Write(new OfflineRun());
        Assert.Equal((2, "missing: 127.0.0.1 has no run /demo/abc: 5 rows and 0 artifacts of the file are not there"), await backend.FindingAsync("run", directory));
    }

    [Fact]
    public async Task A_server_that_cannot_list_files_leaves_them_unchecked()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun());
        backend.Refuse("RunFiles");
        Assert.Equal((0, "not checked: 5 files not compared, the server cannot list files: Cannot query this"), await backend.FindingAsync("files", directory));
    }

    [Fact]
    public async Task A_file_that_lost_records_is_verified_with_status_3()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = backend.Write(new OfflineRun { HasGap = true });
        Assert.Equal(3, (await backend.RunAsync("sync", directory)).Status);
        var run = await backend.VerifyAsync(directory);
        Assert.Equal(3, run.Status);
        Assert.Contains("            the file itself: record 5 lost (never written)\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_run_file_is_told_and_the_others_go_on()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var good = await backend.SyncAsync(new OfflineRun());
        var bad = Directory.CreateDirectory(Path.Combine(backend.Wandb, "offline-run-20261124_110000-bad")).FullName;
        await File.WriteAllTextAsync(Path.Combine(bad, "run-bad.wandb"), "no run file at all", TestContext.Current.CancellationToken);
        var run = await backend.VerifyAsync(bad, good);
        Assert.Equal(2, run.Status);
        Assert.Contains($"unusable    {bad}/run-bad.wandb\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("verified    demo/abc", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong", "the API key is wrong for 127.0.0.1 (HTTP 401")]
    [InlineData("forbidden", "the API key may not read entity secret, project demo (HTTP 403")]
    [InlineData("unknown", "entity nobody, project demo is not known to 127.0.0.1 (HTTP 404")]
    public async Task A_server_that_does_not_answer_says_what_to_do(string entity, string message)
    {
        await using var backend = await VerifiedBackend.StartAsync(
            new LocalBackendOptions { ForbiddenEntities = new HashSet<string> { "secret" }, KnownEntities = new HashSet<string> { "sandbox", "secret" } },
            entity == "wrong" ? new string('0', 40) : null);
        var directory = backend.Write(new OfflineRun());
        var run = await backend.VerifyAsync("--entity", entity switch { "forbidden" => "secret", "unknown" => "nobody", _ => "sandbox" }, directory);
        Assert.Equal(2, run.Status);
        Assert.StartsWith("unanswered  demo/abc\n", run.Output, StringComparison.Ordinal);
        Assert.Contains(message, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_found_before_the_server_went_away_is_told_with_status_2()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun { Artifact = "weights" });
        backend.Backend.Faults.Set([new FaultRule("graphql:Artifact", new FaultAction.Status(503)) { Count = null }]);
        var (status, report) = await backend.ReportAsync(directory);
        Assert.Equal((2, "unanswered"), (status, report.GetProperty("result").GetString()));
        Assert.Contains("127.0.0.1 could not be reached for a question about the run", report.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("same", report.GetProperty("findings")[0].GetProperty("verdict").GetString());
    }

    private static string Kept(VerifiedBackend backend)
    {
        var state = backend.Backend.State();
        return new JsonArray(state["runs"]!.DeepClone(), state["artifacts"]!.DeepClone()).ToJsonString();
    }
}
