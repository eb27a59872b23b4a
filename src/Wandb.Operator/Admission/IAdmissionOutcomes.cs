namespace Wandb.Operator.Admission;

/// <summary>Is told what became of objects that asked: for Events, <c>missed[]</c> and metrics. Must return at once and throw nothing.</summary>
internal interface IAdmissionOutcomes
{
    void Record(AdmissionOutcome outcome);
}
