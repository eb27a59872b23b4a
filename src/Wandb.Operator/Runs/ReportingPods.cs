using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Statuses;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>The pods that may report, from the cache; one that it does not have yet from the API server.</summary>
internal sealed class ReportingPods(RunWorkloads workloads, PodLookups lookups, WorkQueue<NamespacedName> queue) : IReportingPods
{
    /// <summary>Figures of several pods are looked at together: a status is written no more often anyway.</summary>
    public static readonly TimeSpan FiguresWait = WriteBudget.ObjectInterval;

    public async ValueTask<ReportAnswer?> AnswerForAsync(PodIdentity pod, CancellationToken ct)
    {
        var found = workloads.Find(pod.Uid);
        if (found is null && await lookups.FindAsync(pod, ct) is { } asked)
            found = (asked, IsGone: false);
        if (found is not { } known)
            return null;
        // The runs that it tells of are those of others.
        if (known.Pod.Drains)
            return new ReportAnswer();
        var observation = workloads.Observe(known.Pod, known.IsGone);
        return observation.IsInjected || observation.IsHeldUp
            ? PodAnswer.For(observation, [.. workloads.PodsOf(known.Pod.Run).Select(other => workloads.Observe(other.Pod, other.IsGone))])
            : null;
    }

    public void Reported(PodIdentity pod, ReportNews news)
    {
        if ((workloads.Find(pod.Uid)?.Pod ?? lookups.Known(pod.Uid)?.Pod) is { } known)
            queue.AddAfter(known.Run, news == ReportNews.Figures ? FiguresWait : TimeSpan.Zero);
    }
}
