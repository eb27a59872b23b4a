using System.Text.Json.Nodes;
using Wandb.Operator.Injection;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Demonstration;

/// <summary>
/// Five folds on a cluster, with everything going wrong that can: 1 samples/kfold is applied and its pods are injected, 2 rows arrive while the
/// folds train, 3 the way out is lost, and an agent is killed meanwhile, 4 the way out is back, 5 a fold runs out of memory and is tried again, 6 a
/// pod is preempted, 7 everything ends, 8 every row that reached a disk is looked for on the server.
/// </summary>
internal sealed class KFoldDemo(KFoldStage stage, LocalBackend backend, DemoScreen screen)
{
    private const int Folds = 5;
    private const int Rows = 4000;
    private const int RowsPerSecond = 125;
    private const string Agent = AgentSidecar.ContainerName;
    private const string Index = "batch.kubernetes.io/job-completion-index";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    // Much longer than the demonstration: it ends when step 4 says so.
    private static readonly TimeSpan Darkness = TimeSpan.FromHours(1);

    // Nothing that was promised is left out without a word.
    private readonly List<string> leftOut = [];
    private string waitingFor = "";

    public async Task<KFoldResult> RunAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            await RunStepsAsync(deadline.Token);
            return await JudgeAsync(ct);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var result = await JudgeAsync(ct);
            return result with { Problems = [$"{waitingFor}: not within {Deadline.TotalMinutes:0} minutes", .. result.Problems] };
        }
        finally
        {
            backend.Faults.GoDark(TimeSpan.Zero);
        }
    }

    private async Task RunStepsAsync(CancellationToken ct)
    {
        // 1
        await screen.TellAsync("$ kubectl apply -f samples/kfold/");
        foreach (var manifest in KFoldManifests.Sample(Rows, RowsPerSecond))
            await stage.Api.ApplyAsync(manifest, null, ct);
        await UntilAsync("five pods run with an agent", async () => (await PodsAsync(ct)).Count(IsInjectedAndTrains) == Folds, ct);
        await screen.TellAsync($"{Folds} pods run. Each has got W&B's variables and an agent beside the trainer; the key is in the agent alone.");
        // 2
        await UntilAsync("every fold has rows on the server", () => Task.FromResult(backend.Overviews().Count(run => run.Group == KFoldManifests.Run && run.Rows > 0) >= Folds), ct);
        await screen.TellAsync($"Every fold is on the server while it trains: {RowsOnServer():N0} rows so far.");
        // 3
        backend.Faults.GoDark(Darkness);
        await screen.TellAsync("The way out is lost: the server answers nobody.");
        await UntilAsync("the WandbRun says that nothing can be sent", async () => (await ConditionAsync("BackendReachable", ct)).Text("status") == "False", ct);
        await screen.TellAsync($"  WandbRun {KFoldManifests.Run}: {(await ConditionAsync("Synced", ct)).Text("message")}");
        if (await PodOfAsync(1, ct) is { } first && stage.Cluster.KillContainer(KFoldManifests.Namespace, first, Agent))
            await screen.TellAsync($"The agent of {first} is killed (SIGKILL) meanwhile; the kubelet starts it again.");
        else
            leftOut.Add("no agent was killed: fold 1 had ended already");
        // 4
        var before = RowsOnServer();
        backend.Faults.GoDark(TimeSpan.Zero);
        await screen.TellAsync("The way out is back.");
        await UntilAsync("rows arrive again", () => Task.FromResult(RowsOnServer() > before), ct);
        await screen.TellAsync($"  {RowsOnServer():N0} rows on the server.");
        // 5
        if (await PodOfAsync(2, ct) is { } hungry && stage.Cluster.KillOutOfMemory(KFoldManifests.Namespace, hungry, KFoldManifests.Trainer))
        {
            await screen.TellAsync($"Fold 2 runs out of memory: {hungry} is OOM-killed.");
            await TellNextAttemptAsync(2, hungry, ct);
        }
        else
        {
            leftOut.Add("no pod ran out of memory: fold 2 had ended already");
        }
        // 6
        if (await PodOfAsync(3, ct) is { } victim && await stage.Cluster.PreemptAsync(KFoldManifests.Namespace, victim, ct))
        {
            await screen.TellAsync($"Fold 3 is preempted: {victim} has its grace period.");
            await TellNextAttemptAsync(3, victim, ct);
        }
        else
        {
            leftOut.Add("no pod was preempted: fold 3 had ended already");
        }
        // 7
        await UntilAsync("the Job is complete", async () => (await JobAsync(ct)).Objects("status", "conditions").Any(condition => condition.Text("type") == "Complete" && condition.Text("status") == "True"), ct);
        await screen.TellAsync("The Job is complete.");
        await UntilAsync("the WandbRun says Synced", async () => (await ConditionAsync("Synced", ct)).Text("status") == "True", ct);
    }

    private async Task TellNextAttemptAsync(int fold, string before, CancellationToken ct)
    {
        await UntilAsync($"the Job tries fold {fold} again", async () => await PodOfAsync(fold, ct) is { } again && again != before, ct);
        await screen.TellAsync($"  The Job tries fold {fold} again in {await PodOfAsync(fold, ct)}; the first attempt is closed on the server with its true end.");
    }

    /// <summary>8: by what the server holds, not by what anybody says.</summary>
    private async Task<KFoldResult> JudgeAsync(CancellationToken ct)
    {
        var run = await RunAsync() ?? [];
        var rows = backend.Overviews().GroupBy(one => one.Run, StringComparer.Ordinal).ToDictionary(one => one.Key, one => one.Sum(entry => entry.Rows), StringComparer.Ordinal);
        var proofs = RunProof.Of(run, rows);
        List<string> problems = [.. leftOut, .. proofs.Where(proof => !proof.IsProved).Select(proof => $"run {proof.Id} in pod {proof.Pod} is not proved: {proof}")];
        if (proofs.Count < Folds)
            problems.Add($"the WandbRun knows {proofs.Count} runs of at least {Folds}");
        problems.AddRange(backend.Overviews().Where(one => one.Group == KFoldManifests.Run && proofs.All(proof => proof.Id != one.Run)).Select(one => $"run {one.Run} is on the server, and not in the WandbRun"));
        return new KFoldResult(proofs, run.At("status", "groups")?.DeepClone() as JsonArray ?? [], await stage.Api.TableAsync(Path("wandbruns"), ct), problems);

        async Task<JsonObject?> RunAsync() => await stage.Api.FindAsync(Path($"wandbruns/{KFoldManifests.Run}"), ct);
    }

    private async Task UntilAsync(string what, Func<Task<bool>> isSo, CancellationToken ct)
    {
        waitingFor = what;
        using var timer = new PeriodicTimer(Tick);
        while (!await isSo())
        {
            stage.ThrowIfOver();
            await screen.ShowProgressAsync($"  waiting: {what} · {RowsOnServer():N0} rows on the server");
            await timer.WaitForNextTickAsync(ct);
        }
    }

    private long RowsOnServer() => backend.Overviews().Where(run => run.Group == KFoldManifests.Run).Sum(run => run.Rows);

    private async Task<IEnumerable<JsonObject>> PodsAsync(CancellationToken ct) =>
        (await stage.Api.FindAsync($"api/v1/namespaces/{KFoldManifests.Namespace}/pods?labelSelector=batch.kubernetes.io%2Fjob-name%3D{KFoldManifests.Job}", ct)).Objects("items");

    /// <summary>Name of the fold's pod that trains; null: none does.</summary>
    private async Task<string?> PodOfAsync(int fold, CancellationToken ct) => (await PodsAsync(ct))
        .FirstOrDefault(pod => IsInjectedAndTrains(pod) && !pod.IsDeleting() && pod.Text("metadata", "annotations", Index) == $"{fold}")?.Name();

    private static bool IsInjectedAndTrains(JsonObject pod) =>
        pod.Objects("spec", "initContainers").Any(container => container.Text("name") == Agent)
        && pod.Objects("status", "containerStatuses").Any(container => container.Text("name") == KFoldManifests.Trainer && container.At("state", "running") is not null);

    private async Task<JsonObject?> JobAsync(CancellationToken ct) => await stage.Api.FindAsync($"apis/batch/v1/namespaces/{KFoldManifests.Namespace}/jobs/{KFoldManifests.Job}", ct);

    private async Task<JsonObject?> ConditionAsync(string type, CancellationToken ct) =>
        (await stage.Api.FindAsync(Path($"wandbruns/{KFoldManifests.Run}"), ct)).Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    private static string Path(string rest) => $"apis/wandb-operator.io/v1alpha1/namespaces/{KFoldManifests.Namespace}/{rest}";
}
