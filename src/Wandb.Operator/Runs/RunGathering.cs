using Wandb.Operator.Injection;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>Gathers everything that is known around one WandbRun.</summary>
internal sealed class RunGathering(
    RunWorkloads workloads, JobLookups lookups, ResourceCache<WandbProfile> profiles, ReportStore reports, UnseenPods unseen, OperatorDefaults defaults,
    TimeProvider time)
{
    /// <param name="previous">The status as it was written last.</param>
    /// <returns>The observation, and whether it is to be made again although nothing tells of a change.</returns>
    /// <exception cref="ApiException">A Job that no cache has cannot be read.</exception>
    public async ValueTask<(RunObservation Observation, bool IsToRepeat)> ObserveAsync(WandbRun run, WandbRunStatus? previous, CancellationToken ct)
    {
        var name = new NamespacedName(run.Metadata.Namespace, run.Metadata.Name);
        var asking = workloads.PodsOf(name);
        var pods = OwnPods(run, [.. asking.Where(pod => !pod.Pod.Drains)], previous);
        var jobs = workloads.JobsOf(name).ToDictionary(job => job.Uid, StringComparer.Ordinal);
        var owners = jobs.Values.ToDictionary(job => job.Uid, job => Owner(job.Uid, job), StringComparer.Ordinal);
        var isToRepeat = false;
        foreach (var (pod, controller) in pods.Select(pod => (pod.Pod, pod.Pod.Controller)).Where(pair => pair.Controller is { IsJob: true }))
        {
            if (owners.ContainsKey(controller!.Uid))
                continue;
            var cached = workloads.JobOf(pod.Key, controller);
            var job = cached ?? await lookups.FindAsync(pod.Key, controller, ct);
            if (job is not null)
                jobs[job.Uid] = job;
            owners[controller.Uid] = Owner(controller.Uid, job);
            isToRepeat |= cached is null && job is { HasEnded: false };
        }
        var settings = EffectiveSettings.Of(
            new InjectionRequest { Run = name.Name, Layers = [] }, run, profiles.Find(name with { Name = run.Spec.Profile ?? WandbProfile.DefaultName }), defaults.Settings);
        var observation = new RunObservation
        {
            Spec = run.Spec,
            Generation = run.Metadata.Generation,
            SummaryMetrics = settings.SummaryMetrics?.Value ?? [],
            Pods = [.. pods.Select(pod => pod.Pod.Observe(jobs.GetValueOrDefault(pod.Pod.Controller?.Uid ?? "")?.Failure, pod.IsGone))],
            Unseen = unseen.Of(name),
            Owners = [.. owners.Values],
            Reports = [.. pods.Select(pod => reports.Find(pod.Pod.Uid)).OfType<PodReport>()],
            Refused = pods.Select(pod => (pod.Pod.Uid, At: reports.RefusedAt(pod.Pod.Uid))).Where(pod => pod.At is not null).ToDictionary(pod => pod.Uid, pod => pod.At!.Value, StringComparer.Ordinal),
            Drains = [.. asking.Where(pod => pod.Pod.Drains).Select(pod => reports.Find(pod.Pod.Uid)).OfType<PodReport>()],
            IsStorageKept = settings.Storage?.Value.PersistentVolumeClaim is not null,
            Previous = previous,
            Now = time.GetUtcNow(),
        };
        return (observation, isToRepeat);
    }

    /// <param name="job">Null: it is gone.</param>
    private static OwnerObservation Owner(string uid, KnownJob? job) =>
        new(uid, job?.HasEnded ?? true, job?.Completions, job?.IsSuspended ?? false, job?.TellsPodsApart ?? false);

    /// <summary>
    /// Without what an earlier WandbRun of the name has left behind. Pods of that one that still run are adopted: they name this one now, and nobody
    /// else would tell how they end.
    /// </summary>
    private static List<(KnownPod Pod, bool IsGone)> OwnPods(WandbRun run, IReadOnlyList<(KnownPod Pod, bool IsGone)> pods, WandbRunStatus? previous)
    {
        var shown = (previous?.Runs ?? []).Select(entry => entry.PodUid).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. pods.Where(pod => pod.Pod.RunUid is null || pod.Pod.RunUid == run.Metadata.Uid || !(pod.IsGone || pod.Pod.IsOver) || shown.Contains(pod.Pod.Uid))];
    }
}
