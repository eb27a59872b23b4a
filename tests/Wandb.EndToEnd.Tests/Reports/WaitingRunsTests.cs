using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Wandb.EndToEnd.Tests.Sidecar;
using Xunit;

namespace Wandb.EndToEnd.Tests.Reports;

/// <summary>Runs that nothing can be done for yet are told all the same.</summary>
public sealed class WaitingRunsTests : WatchTest
{
    [Fact]
    public async Task File_of_seven_bytes_is_pending_in_status_and_report()
    {
        await using var operation = new OperatorDouble();
        var file = GrowingFile.In(Folder, "young");
        var records = new RunRecords("young").Start();
        file.Append(records.ToFile().AsSpan(0, 7));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = (Agent with { Environment = new Dictionary<string, string?> { [AgentEnvironment.ReportUrl] = operation.Url.AbsoluteUri } })
            .RunAsync(["run", "--output", "json", Folder.Wandb], signal.Token);

        await UntilAsync(() => StateIn(Status(), "young") == "Pending", agent, "status.json told the run");
        await UntilAsync(() => operation.Reports.Any(report => report.Runs is [{ Id: "young", State: ReportedRunState.Pending }]), agent, "the operator was told");
        Assert.Null(Find("young"));
        var printed = await Agent.RunAsync(["status", Folder.Wandb], Stop);
        Assert.Contains("\nyoung  Pending ", printed.Output, StringComparison.Ordinal);

        file.GrowTo(records.Rows(0, 3).Exit());
        await UntilAsync(() => StateIn(Status(), "young") == "Synced", agent, "status.json told the end");
        Assert.Equal(0, (await EndAsync(signal, agent)).Status);
    }

    [Fact]
    public async Task Runs_that_are_found_while_the_server_was_never_there_are_buffering_with_their_bytes()
    {
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        var file = GrowingFile.In(Folder, "dark");
        file.GrowTo(new RunRecords("dark").Start().Rows(0, 20));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);

        await UntilAsync(() => StateIn(Status(), "dark") == "Buffering", watch, "status.json told the run");

        var status = Status()!;
        Assert.Equal(("Buffering", "Unreachable"), ((string)status["state"]!, (string)status["backend"]!["state"]!));
        Assert.Equal(file.Length, (long)status["runs"]![0]!["backlogBytes"]!);
        Assert.Equal("name of dark", (string)status["runs"]![0]!["name"]!);
        Backend.Faults.GoDark(TimeSpan.Zero);
        await UntilRowsAsync("dark", 20, watch);
        Assert.Equal(0, (await EndAsync(signal, watch)).Status);
    }

    [Fact]
    public async Task Policy_at_exit_sends_nothing_before_the_signal_and_tells_its_runs()
    {
        var file = GrowingFile.In(Folder, "later");
        var records = new RunRecords("later").Start().Rows(0, 5);
        file.GrowTo(records);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = Agent.RunAsync(["run", "--output", "json", "--sync-policy", "AtExit", Folder.Wandb], signal.Token);
        await UntilAsync(() => StateIn(Status(), "later") == "Running", agent, "status.json told the run");
        file.GrowTo(records.Rows(5, 5).Exit());
        Assert.Empty(Backend.Trace);

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal("Synced", StateIn(Status(), "later"));
        await AssertEqualsOneSyncAsync("a run of the policy AtExit");
    }

    [Fact]
    public async Task Sync_in_a_pod_that_drains_finds_its_claim_and_tells_the_operator()
    {
        await using var operation = new OperatorDouble();
        GrowingFile.In(Folder, "one").GrowTo(new RunRecords("one").Start().Rows(0, 5).Exit());
        GrowingFile.In(Folder, "two").GrowTo(new RunRecords("two").Start().Rows(0, 5));
        var key = Path.Combine(Folder.Root, "api-key");
        await File.WriteAllTextAsync(key, Agent.ApiKey, Stop);
        var drain = Agent with
        {
            ApiKey = null,
            Environment = new Dictionary<string, string?>
            {
                [AgentEnvironment.Roots] = Folder.Wandb,
                [AgentEnvironment.ApiKeyFile] = key,
                [AgentEnvironment.ReportUrl] = operation.Url.AbsoluteUri,
            },
        };

        var run = await drain.RunAsync(["sync", "--output", "json"], Stop);

        Assert.Equal(["Synced", "Unfinished"], run.Reports.Select(report => (string)report["result"]!).Order(StringComparer.OrdinalIgnoreCase).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        var last = operation.Reports[^1];
        Assert.True(last.IsLast);
        Assert.Equal(
            [("one", ReportedRunState.Synced, 5L), ("two", ReportedRunState.Unfinished, 5L)],
            last.Runs.Select(told => (told.Id, told.State, told.RowsAcknowledged)).OrderBy(told => told.Id, StringComparer.Ordinal));
        Assert.NotNull(last.Runs.Single(told => told.Id == "one").ReceiptDigest);
    }

    [Fact]
    public async Task Sync_whose_operator_is_away_syncs_and_says_so()
    {
        Uri nobody;
        await using (var operation = new OperatorDouble())
            nobody = operation.Url;
        GrowingFile.In(Folder, "one").GrowTo(new RunRecords("one").Start().Rows(0, 5).Exit());
        var drain = Agent with { Environment = new Dictionary<string, string?> { [AgentEnvironment.ReportUrl] = nobody.AbsoluteUri } };

        var run = await drain.RunAsync(["sync", Folder.Wandb], Stop);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains($"the operator at {nobody.Authority} does not take reports", run.Error, StringComparison.Ordinal);
    }

    private static string? StateIn(JsonObject? status, string run) =>
        (string?)status?["runs"]!.AsArray().SingleOrDefault(told => (string)told!["id"]! == run)?["state"];

    private JsonObject? Status()
    {
        var path = Path.Combine(Folder.Wandb, ".wandb-agent", "status.json");
        return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : null;
    }
}
