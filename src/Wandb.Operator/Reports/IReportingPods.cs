using Wandb.Contract;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Reports;

/// <summary>The pods that may report. Answers from memory where it can; safe for concurrent use.</summary>
internal interface IReportingPods
{
    /// <returns>Whether there is a pod with this UID that carries our agent. Costs less than an answer.</returns>
    /// <exception cref="ApiException">It is not known here, and the API server cannot be asked; it is worth another try.</exception>
    ValueTask<bool> IsOursAsync(PodIdentity pod, CancellationToken ct);

    /// <returns>Null: there is no pod with this UID that carries our agent.</returns>
    /// <exception cref="ApiException">It is not known here, and the API server cannot be asked; it is worth another try.</exception>
    ValueTask<ReportAnswer?> AnswerForAsync(PodIdentity pod, CancellationToken ct);

    /// <summary>Its latest report is in the store: its WandbRun is to be looked at.</summary>
    /// <param name="news">What it tells; not <see cref="ReportNews.None"/>.</param>
    void Reported(PodIdentity pod, ReportNews news);
}
