using Microsoft.Extensions.DependencyInjection;
using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Runs;

public sealed class RunReconcilerTests : IAsyncLifetime
{
    private const string Pods = "/api/v1/namespaces/default/pods";

    private LocalRuns? _cluster;

    private LocalRuns Cluster => _cluster!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await LocalRuns.StartAsync(isOperatorRunning: false);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    [Fact]
    public async Task Pods_and_their_reports_become_the_status_of_their_WandbRun()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.CreateRunAsync("r", """{"project":"p","folds":1}""");
        await Cluster.UntilStatusAsync("r", status => status.Phase == "Pending");
        var pod = await Cluster.CreatePodAsync("train", "r");
        await Cluster.UntilStatusAsync("r", status => Is(status, ConditionTypes.Injected, "True"));

        Cluster.Report(pod, LocalRuns.Run("a", ReportedRunState.Running));
        var running = await Cluster.UntilStatusAsync("r", status => status.Counts!.Running == 1);
        Cluster.Report(pod, LocalRuns.Run("a", ReportedRunState.Synced));
        await Cluster.EndPodAsync("train", 0);
        var ended = await Cluster.UntilStatusAsync("r", status => Is(status, ConditionTypes.Synced, "True") && Is(status, ConditionTypes.Finished, "True"));

        Assert.Equal(("a", "train", pod.Uid, "Running"), (running.Runs![0].Id, running.Runs[0].Pod, running.Runs[0].PodUid, running.Runs[0].State));
        Assert.Equal(("Synced", 1L, 1), (ended.Phase, ended.ObservedGeneration, ended.Groups![0].Finished));
        Assert.Equal("wandb-operator", await ManagerAsync("r"));
    }

    /// <summary>People name runs with emojis, and the API server reads what is applied as YAML.</summary>
    [Fact]
    public async Task Letters_of_any_kind_reach_the_status()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.CreateRunAsync("r");
        var pod = await Cluster.CreatePodAsync("train", "r");

        Cluster.Report(pod, LocalRuns.Run("a", ReportedRunState.Running) with { Name = "🚀 été 日本 \ud83d", Group = "🙂", Message = "a \\ and \u0001" });
        var status = await Cluster.UntilStatusAsync("r", status => status.Counts!.Running == 1);

        Assert.Equal(("🚀 été 日本 \ufffd", "🙂", "a \\ and \u0001"), (status.Runs![0].Name, status.Groups![0].Name, status.Runs[0].Message));
    }

    [Fact]
    public async Task WandbRun_that_is_created_after_its_pods_tells_why_they_were_missed()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.CreateMissedPodAsync("early", "r", "RunMissing: there is no WandbRun r in namespace default");
        await Cluster.CreateRunAsync("r");

        var status = await Cluster.UntilStatusAsync("r", status => status.Missed is { Count: > 0 });

        Assert.Equal(("early", "RunMissing", "there is no WandbRun r in namespace default"), (status.Missed![0].Pod, status.Missed[0].Reason, status.Missed[0].Message));
        Assert.True(Is(status, ConditionTypes.Injected, "False"));
    }

    [Fact]
    public async Task WandbRun_that_is_deleted_while_its_pods_run_stays_away_and_troubles_nobody()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.CreateRunAsync("r");
        var pod = await Cluster.CreatePodAsync("train", "r");
        Cluster.Report(pod, LocalRuns.Run("a", ReportedRunState.Running));
        await Cluster.UntilStatusAsync("r", status => status.Counts!.Running == 1);

        await Cluster.DeleteRunAsync("r");
        Cluster.Report(pod, LocalRuns.Run("a", ReportedRunState.Synced));
        await Cluster.EndPodAsync("train", 0);
        // What comes after it in the queue is done: what was before it is done too.
        await Cluster.CreateRunAsync("other");
        await Cluster.UntilStatusAsync("other", _ => true);

        var all = await Cluster.SendAsync(HttpMethod.Get, $"/apis/{ResourceNames.ApiVersion}/namespaces/default/wandbruns");
        Assert.Equal(["other"], all.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("metadata").GetProperty("name").GetString()));
        Assert.DoesNotContain(Cluster.Metrics.Lines, line => line.Contains("outcome=error", StringComparison.Ordinal) || line.Contains("outcome=terminal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_WandbRun_of_the_name_has_the_pods_that_still_run_and_no_history()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.CreateRunAsync("r");
        var gone = await Cluster.CreatePodAsync("gone", "r");
        var over = await Cluster.CreatePodAsync("over", "r");
        var running = await Cluster.CreatePodAsync("running", "r");
        Cluster.Report(gone, LocalRuns.Run("a", ReportedRunState.Synced));
        Cluster.Report(over, LocalRuns.Run("b", ReportedRunState.Synced));
        Cluster.Report(running, LocalRuns.Run("c", ReportedRunState.Running));
        await Cluster.EndPodAsync("over", 0);
        await Cluster.UntilStatusAsync("r", status => status.Counts is { Total: 3, Synced: 2 });
        await Cluster.DeletePodAsync("gone");
        await Cluster.DeleteRunAsync("r");
        await Cluster.CreateRunAsync("r", """{"notes":"new"}""");

        var status = await Cluster.UntilStatusAsync("r", status => status.Counts is { Total: > 0 });
        await Cluster.EndPodAsync("running", 0);
        var ended = await Cluster.UntilStatusAsync("r", status => Is(status, ConditionTypes.Finished, "True"));

        Assert.Equal("c", Assert.Single(status.Runs!).Id);
        Assert.Equal((1L, "c"), (status.ObservedGeneration, Assert.Single(ended.Runs!).Id));
    }

    [Fact]
    public async Task Pods_that_admission_never_saw_are_told_when_the_operator_is_back()
    {
        await Cluster.CreateRunAsync("r");
        await Cluster.CreateAsync("/api/v1/namespaces/default/pods", """{"metadata":{"name":"alone","annotations":{"wandb-operator.io/run":"r"}},"spec":{"containers":[{"name":"main","image":"i"}]}}""");
        await Cluster.CreateAsync("/api/v1/namespaces/default/pods", """{"metadata":{"name":"stranger"},"spec":{"containers":[{"name":"main","image":"i"}]}}""");
        await Cluster.CreateAsync("/apis/batch/v1/namespaces/default/jobs", """
            {"metadata":{"name":"train","annotations":{"wandb-operator.io/run":"r"}},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}]}}}}
            """);
        var pod = (string)(await Cluster.UntilAnyAsync("/api/v1/namespaces/default/pods", "batch.kubernetes.io/job-name=train"))["metadata"]!["name"]!;
        await Cluster.StartOperatorAsync();

        var status = await Cluster.UntilStatusAsync("r", status => status.Missed is { Count: 2 });

        Assert.Equal(["alone NotSeen the pod", $"{pod} NotSeen its Job"], status.Missed!.Select(entry => $"{entry.Pod} {entry.Reason} {string.Join(' ', entry.Message!.Split(' ')[..2])}"));
        Assert.True(Is(status, ConditionTypes.Injected, "False"));
        Assert.All(status.Missed!, entry => Assert.NotNull(entry.Time));
    }

    [Fact]
    public async Task A_new_WandbRun_learns_of_pods_that_admission_never_saw()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.CreateAsync("/api/v1/namespaces/default/pods", """{"metadata":{"name":"early","annotations":{"wandb-operator.io/run":"later"}},"spec":{"containers":[{"name":"main","image":"i"}]}}""");
        await Cluster.CreateRunAsync("later");

        var status = await Cluster.UntilStatusAsync("later", status => status.Missed is { Count: > 0 });

        Assert.Equal(("early", "NotSeen"), (status.Missed![0].Pod, status.Missed[0].Reason));
    }

    [Fact]
    public async Task Restart_of_the_operator_writes_nothing_and_forgets_nothing()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.CreateRunAsync("r");
        var first = await Cluster.CreatePodAsync("train-0", "r");
        var second = await Cluster.CreatePodAsync("train-1", "r");
        Cluster.Report(first, LocalRuns.Run("a", ReportedRunState.Synced));
        Cluster.Report(second, LocalRuns.Run("b", ReportedRunState.Buffering));
        await Cluster.EndPodAsync("train-0", 0);
        await Cluster.UntilStatusAsync("r", status => status.Counts is { Total: 2, Finished: 1, Buffering: 1 });
        await SettleAsync();
        await Cluster.StopOperatorAsync();
        var before = await Cluster.StatusAsync("r");
        var writes = Cluster.Writes;

        var looked = Cluster.Metrics.CountAsync("wandb.operator.reconcile.duration s wandb.controller=wandbruns");
        await Cluster.StartOperatorAsync();
        await looked;
        await SettleAsync();

        Assert.Equal(writes, Cluster.Writes);
        Assert.Equal(Observed.Text(before!), Observed.Text((await Cluster.StatusAsync("r"))!));

        Cluster.Report(second, LocalRuns.Run("b", ReportedRunState.Synced));
        var after = await Cluster.UntilStatusAsync("r", status => status.Counts!.Synced == 2);
        Assert.Equal(["b", "a"], after.Runs!.OrderByDescending(run => run.Id, StringComparer.Ordinal).Select(run => run.Id));
    }

    [Fact]
    public async Task What_went_while_the_operator_was_away_is_told_when_it_is_back()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.CreateRunAsync("r");
        var pod = await Cluster.CreatePodAsync("train", "r");
        Cluster.Report(pod, LocalRuns.Run("a", ReportedRunState.Running));
        await Cluster.UntilStatusAsync("r", status => status.Counts!.Running == 1);
        await Cluster.StopOperatorAsync();
        await Cluster.DeletePodAsync("train");

        await Cluster.StartOperatorAsync();
        var status = await Cluster.UntilStatusAsync("r", status => status.Counts!.Lost == 1);

        Assert.Equal(("Lost", "Unknown", 3L), (status.Runs![0].State, status.Runs[0].ExitReason, status.Runs[0].RowsLost));
        Assert.True(Is(status, ConditionTypes.DataIntact, "False"));
    }

    [Fact]
    public async Task Pod_that_is_deleted_is_told_so_and_its_last_report_still_counts()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.CreateRunAsync("r");
        var pod = await Cluster.CreatePodAsync("train", "r");
        Cluster.Report(pod, LocalRuns.Run("a", ReportedRunState.Running));
        await Cluster.UntilStatusAsync("r", status => status.Counts!.Running == 1);
        await Cluster.DeletePodAsync("train");
        await Cluster.UntilStatusAsync("r", status => status.Runs![0].ExitReason == "Deleted");

        var answer = await Cluster.Services.GetRequiredService<IReportingPods>().AnswerForAsync(pod, Token);
        Cluster.Report(pod, LocalRuns.Run("a", ReportedRunState.Synced) with { ExitCode = null, ExitReason = "Deleted" });
        var status = await Cluster.UntilStatusAsync("r", status => status.Counts!.Synced == 1);

        Assert.Equal(("main", "Deleted"), (answer!.Ended[0].Container, answer.Ended[0].Reason));
        Assert.True(Is(status, ConditionTypes.DataIntact, "True"));
    }

    [Fact]
    public async Task Lost_watches_and_refused_writes_only_delay_the_status()
    {
        await Cluster.StartOperatorAsync();
        await Cluster.CreateRunAsync("r");
        await Cluster.UntilStatusAsync("r", _ => true);
        Cluster.Cluster.Faults.ExpireVersions();
        var pod = await Cluster.CreatePodAsync("train", "r");
        Cluster.Cluster.Faults.RefuseWrites(TimeSpan.FromMilliseconds(500));
        await Cluster.UntilStatusAsync("r", status => Is(status, ConditionTypes.Injected, "True"));
        Cluster.Cluster.Faults.DropWatches();
        Cluster.Report(pod, LocalRuns.Run("a", ReportedRunState.Running));

        await Cluster.UntilStatusAsync("r", status => status.Counts!.Running == 1);

        Assert.Contains(Cluster.Metrics.Lines, line => line.StartsWith("wandb.operator.status.writes 1 wandb.status.outcome=failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pod_that_reports_before_the_cache_has_it_is_found_and_a_stranger_is_not()
    {
        await Cluster.StartOperatorAsync();
        Cluster.Cluster.Faults.AreWatchesSilent = true;
        var pod = await Cluster.CreatePodAsync("train", "r");
        var missed = await Cluster.CreateMissedPodAsync("missed", "r", "RunMissing: x");
        var pods = Cluster.Services.GetRequiredService<IReportingPods>();

        Assert.NotNull(await pods.AnswerForAsync(pod, Token));
        Assert.Null(await pods.AnswerForAsync(pod with { Uid = "another" }, Token));
        Assert.Null(await pods.AnswerForAsync(pod with { Name = "another", Uid = "another-2" }, Token));
        Assert.Null(await pods.AnswerForAsync(missed, Token));
    }

    /// <summary>Long enough for everything that waits: the queue is empty twice in a row.</summary>
    private async Task SettleAsync()
    {
        var queue = Cluster.Services.GetRequiredService<WorkQueue<NamespacedName>>();
        var time = Cluster.Services.GetRequiredService<TimeProvider>();
        for (var quiet = 0; quiet < 2; quiet = queue.Depth == 0 ? quiet + 1 : 0)
            await Task.Delay(TimeSpan.FromSeconds(6), time, Token);
    }

    private async Task<string> ManagerAsync(string run)
    {
        var json = await Cluster.SendAsync(HttpMethod.Get, $"/apis/{ResourceNames.ApiVersion}/namespaces/default/wandbruns/{run}");
        return json.GetProperty("metadata").GetProperty("managedFields").EnumerateArray()
            .Single(entry => entry.TryGetProperty("subresource", out var name) && name.GetString() == "status").GetProperty("manager").GetString()!;
    }

    private static bool Is(WandbRunStatus status, string type, string wanted) => status.Conditions?.Any(condition => condition.Type == type && condition.Status == wanted) ?? false;
}
