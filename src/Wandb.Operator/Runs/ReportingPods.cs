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

    public async ValueTask<bool> IsOursAsync(PodIdentity pod, CancellationToken ct) => await FindAsync(pod, ct) is not null;

    public async ValueTask<ReportAnswer?> AnswerForAsync(PodIdentity pod, CancellationToken ct)
    {
        if (await FindAsync(pod, ct) is not { } known)
            return null;
        // The runs that it tells of are those of others.
        if (known.Pod.Drains)
            return new ReportAnswer();
        return PodAnswer.For(workloads.Observe(known.Pod, known.IsGone), workloads.FailedLike(known.Pod).Select(failed => (failed.Uid, failed.CreatedAt)));
    }

    public void Reported(PodIdentity pod, ReportNews news)
    {
        if ((workloads.Find(pod.Uid)?.Pod ?? lookups.Known(pod.Uid)?.Pod) is { } known)
            queue.AddAfter(known.Run, news == ReportNews.Figures ? FiguresWait : TimeSpan.Zero);
    }

    private async ValueTask<(KnownPod Pod, bool IsGone)?> FindAsync(PodIdentity pod, CancellationToken ct)
    {
        var found = workloads.Find(pod.Uid);
        if (found is null && await lookups.FindAsync(pod, ct) is { } asked)
            found = (asked, IsGone: false);
        return found is { Pod.Drains: true } or { Pod.CarriesAgent: true } ? found : null;
    }
}
