using Wandb.Operator.Injection;

namespace Wandb.Operator.Admission;

/// <summary>What becomes of one object.</summary>
internal abstract record AdmissionDecision
{
    private AdmissionDecision()
    {
    }

    /// <summary>Nothing of ours is in it, or everything is there already.</summary>
    /// <param name="Why">For the trace.</param>
    public sealed record Allow(string Why) : AdmissionDecision;

    /// <summary>It starts with what is added.</summary>
    /// <param name="Operations">Only <c>add</c>.</param>
    /// <param name="Warnings">What is not as asked; may be empty.</param>
    /// <param name="Plan">Null for objects other than pods, and for a pod that has everything but the <c>restartPolicy</c> of its agent.</param>
    public sealed record Patch(IReadOnlyList<JsonPatchOperation> Operations, IReadOnlyList<Problem> Warnings, InjectionPlan? Plan) : AdmissionDecision;

    /// <summary>A pod that asked and starts without us.</summary>
    /// <param name="Problems">Why.</param>
    /// <param name="Operations">The label by which the pod is found when people ask why, and the answer; none for a pod that may not be changed.</param>
    public sealed record Miss(IReadOnlyList<Problem> Problems, IReadOnlyList<JsonPatchOperation> Operations) : AdmissionDecision;

    /// <summary>A pod that asked, that cannot be injected, and that shall rather not start.</summary>
    public sealed record Deny(IReadOnlyList<Problem> Problems) : AdmissionDecision;
}
