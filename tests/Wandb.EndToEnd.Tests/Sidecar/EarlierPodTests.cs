using Wandb.Contract;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sidecar;

/// <summary>What an earlier pod left in a directory that stays, and the sidecar of a later pod that sends it: it stays a run of the earlier one.</summary>
public sealed class EarlierPodTests : SidecarTest
{
    private const string Additions = """{"tags":["k8s"],"config":{"ours":1},"name":"bert-{attempt}/{node}"}""";

    private static readonly ReportAnswer OfLaterPod = new() { Ended = [Ended(137, "OOMKilled")], Attempt = 3 };

    [Fact]
    public async Task Run_keeps_the_facts_of_its_pod_and_does_not_end_with_the_containers_of_another()
    {
        GrowingFile.In(Folder, "left").GrowTo(new RunRecords("left").Start(run => run.DisplayName = "").Rows(0, 5));
        await LeaveInTheDarkAsync(new ReportAnswer { Attempt = 1 });
        await using var operation = new OperatorDouble { Answer = OfLaterPod };
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "5", signal.Token, more: Pod("b", "n2"));
        await UntilAsync(() => operation.Reports.Any(report => report.Runs is [{ State: ReportedRunState.Finishing, RowsAcknowledged: 5 }]), agent, "all rows were there");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        AssertIsOfEarlierPod("left", attempt: 1);
        Assert.Equal("bert-1/n1", (string)Find("left")!.Bucket()["displayName"]!);
        Assert.False((bool)Find("left")!["complete"]!);
        var told = Assert.Single(operation.Reports[^1].Runs);
        Assert.Equal((ReportedRunState.Unfinished, null, "Unknown", "trainer"), (told.State, told.ExitCode, told.ExitReason, told.Container));
        Assert.StartsWith("offline-run-20260921_120000-left was written by an earlier pod", told.Message, StringComparison.Ordinal);
        Assert.All(operation.Reports.SelectMany(report => report.Runs), one => Assert.NotEqual(ReportedRunState.Running, one.State));
    }

    [Fact]
    public async Task End_that_its_own_agent_has_kept_closes_it()
    {
        GrowingFile.In(Folder, "left").GrowTo(new RunRecords("left").Start().Rows(0, 5));
        await LeaveInTheDarkAsync(new ReportAnswer { Ended = [Ended(143, "Evicted")], Attempt = 1 });
        await using var operation = new OperatorDouble { Answer = OfLaterPod };
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "5", signal.Token, more: Pod("b", "n2"));
        await UntilAsync(() => Find("left") is { } left && (bool)left["complete"]!, agent, "the run was closed");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        AssertIsOfEarlierPod("left", attempt: 1);
        Assert.Equal((143, "Evicted"), ((int)Find("left")!["exitcode"]!, (string)Find("left")!["summary"]!["kubernetes/exit_reason"]!));
        var told = Assert.Single(operation.Reports[^1].Runs);
        Assert.Equal((ReportedRunState.Synced, 143, "Evicted"), (told.State, told.ExitCode, told.ExitReason));
    }

    /// <summary>In a directory of several pods: the operator would show it as a run of the one that sends it.</summary>
    [Fact]
    public async Task Run_of_a_pod_of_another_name_is_sent_and_not_reported_as_one_of_this_pod()
    {
        GrowingFile.In(Folder, "left").GrowTo(new RunRecords("left").Start().Rows(0, 5).Exit());
        await LeaveInTheDarkAsync(new ReportAnswer { Attempt = 1 });
        await using var operation = new OperatorDouble { Answer = OfLaterPod };
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var pod = Pod("b", "n2");
        pod[AgentEnvironment.PodName] = "train-1";
        var agent = RunAsync(operation.Url, "5", signal.Token, more: pod);
        await UntilAsync(() => Find("left") is { } left && (bool)left["complete"]!, agent, "the run was closed");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        AssertIsOfEarlierPod("left", attempt: 1);
        Assert.All(operation.Reports, report => Assert.Empty(report.Runs));
        Assert.Equal("left", (string)Assert.Single(Status()!["runs"]!.AsArray())!["id"]!);
    }

    [Fact]
    public async Task Where_nothing_was_kept_nothing_is_added_to_what_is_older_than_the_pod()
    {
        var file = GrowingFile.In(Folder, "left");
        file.GrowTo(new RunRecords("left").Start().Rows(0, 5));
        File.SetLastWriteTimeUtc(file.Path, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
        await using var operation = new OperatorDouble { Answer = OfLaterPod };
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "5", signal.Token, more: Pod("b", "n2"));
        // Nobody will write it any more: it is dealt with to its end, and gets no heartbeats.
        await UntilAsync(() => operation.Reports.Any(report => report.Runs is [{ State: ReportedRunState.Unfinished }]), agent, "all of it was there");
        GrowingFile.In(Folder, "own", "20260921_130000").GrowTo(new RunRecords("own").Start().Rows(0, 5));
        await UntilAsync(() => Find("own") is { } own && (bool)own["complete"]!, agent, "the pod's own run was closed");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Null(Find("left")!.Config("kubernetes"));
        Assert.False((bool)Find("left")!["complete"]!);
        Assert.Equal(("n2", 137), ((string)Find("own")!.Config("kubernetes")!["node"]!, (int)Find("own")!["exitcode"]!));
        Assert.Equal(
            [("left", ReportedRunState.Unfinished, ""), ("own", ReportedRunState.Synced, "trainer")],
            operation.Reports[^1].Runs.OrderBy(told => told.Id, StringComparer.Ordinal).Select(told => (told.Id, told.State, told.Container)));
    }

    [Fact]
    public async Task Run_that_this_pod_goes_on_with_is_its_own_from_there()
    {
        GrowingFile.In(Folder, "again").GrowTo(new RunRecords("again").Start().Rows(0, 5));
        await LeaveInTheDarkAsync(new ReportAnswer { Attempt = 1 });
        GrowingFile.In(Folder, "again", "20260921_130000").GrowTo(new RunRecords("again").Start(later: 10, writer: "x").Rows(5, 4));
        await using var operation = new OperatorDouble { Answer = OfLaterPod };
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "5", signal.Token, more: Pod("b", "n2"));
        await UntilAsync(() => Find("again") is { } again && (bool)again["complete"]!, agent, "the run was closed");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        var server = Find("again")!;
        Assert.Equal(("n2", 3, 137), ((string)server.Config("kubernetes")!["node"]!, (int)server.Config("kubernetes")!["attempt"]!, (int)server["exitcode"]!));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8], server.Steps());
        Assert.Equal([false, true], operation.Reports[^1].Runs.Select(told => told.Message.Length == 0 || !told.Message.Contains("earlier pod", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Container_that_is_started_again_is_no_other_pod()
    {
        var file = GrowingFile.In(Folder, "left");
        file.GrowTo(new RunRecords("left").Start().Rows(0, 5));
        await LeaveInTheDarkAsync(new ReportAnswer { Attempt = 0 });
        // As after a clock that went an hour ahead.
        File.SetLastWriteTimeUtc(file.Path, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
        await using var operation = new OperatorDouble { Answer = new ReportAnswer { Ended = [Ended(137, "OOMKilled")], Attempt = 0 } };
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "5", signal.Token, more: Pod("a", "n1"));
        await UntilAsync(() => Find("left") is { } left && (bool)left["complete"]!, agent, "the run was closed");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        AssertIsOfEarlierPod("left", attempt: 0);
        Assert.Equal(137, (int)Find("left")!["exitcode"]!);
        Assert.Equal(("trainer", "OOMKilled"), (operation.Reports[^1].Runs[0].Container, operation.Reports[^1].Runs[0].ExitReason));
    }

    private static Dictionary<string, string?> Pod(string uid, string node) => new()
    {
        [AgentEnvironment.PodUid] = uid,
        [AgentEnvironment.NodeName] = node,
        [AgentEnvironment.RunAdditions] = Additions,
    };

    /// <summary>Pod <c>a</c> on <c>n1</c> comes and goes while the server is away.</summary>
    private async Task LeaveInTheDarkAsync(ReportAnswer answer)
    {
        await using var operation = new OperatorDouble { Answer = answer };
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "0", signal.Token, more: Pod("a", "n1"));
        await UntilAsync(() => operation.Reports.Any(report => report.Runs is [{ State: ReportedRunState.Buffering }]), agent, "the operator was told");
        await UntilAsync(() => File.Exists(Path.Combine(StateDirectory, "answer-a.json")), agent, "the agent had the answer");
        Assert.Equal(2, (await EndAsync(signal, agent)).Status);
        Backend.Faults.GoDark(TimeSpan.Zero);
    }

    private void AssertIsOfEarlierPod(string run, int attempt)
    {
        var server = Find(run)!;
        var kubernetes = server.Config("kubernetes")!;
        Assert.Equal(("n1", attempt, 1), ((string)kubernetes["node"]!, (int)kubernetes["attempt"]!, (int)server.Config("ours")!));
        Assert.Equal("k8s", (string)server.Bucket()["tags"]!.AsArray()[0]!);
    }
}
