using Wandb.Contract;

namespace Wandb.Operator.Reports;

/// <summary>The pods that may report, as the caches know them. Answers from memory; safe for concurrent use.</summary>
internal interface IReportingPods
{
    /// <returns>Null: there is no pod with this UID that carries our agent.</returns>
    ReportAnswer? AnswerFor(PodIdentity pod);

    /// <summary>Its latest report is in the store: its WandbRun is to be looked at.</summary>
    void Reported(PodIdentity pod);
}
