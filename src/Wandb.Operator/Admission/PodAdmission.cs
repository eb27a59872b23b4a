using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Admission;

/// <summary>Pod and surroundings to decision.</summary>
internal static class PodAdmission
{
    /// <summary>Name of the WandbRun whose surroundings have to be gathered; null: the pod does not ask.</summary>
    public static string? RunName(JsonObject pod) =>
        pod["metadata"] is JsonObject metadata && metadata["annotations"] is JsonObject annotations ? JsonRead.Text(annotations[InjectionKeys.Run]) : null;

    public static AdmissionDecision Decide(JsonObject json, PodSurroundings around)
    {
        var pod = new PodView(json);
        if (!InjectionAnnotations.Asks(pod.Annotations))
            return new AdmissionDecision.Allow($"the pod has no annotation {InjectionKeys.Run}");
        // Called again within one request, or a pod that was restored: the agent is the proof, an annotation may have been copied.
        var drains = InjectionAnnotations.Drains(pod.Annotations);
        if (AgentSidecar.In(pod) is { } agent && AgentSidecar.HoldsUp(agent.Json))
            return new AdmissionDecision.Patch(PodPatch.Restored(agent), [], null);
        if (AgentSidecar.In(pod) is not null || (drains && DrainPlanner.IsPlannedIn(pod)))
            return new AdmissionDecision.Allow("the agent is in the pod already");

        var request = InjectionAnnotations.Read(pod.Annotations, pod.Labels, around.Owners, out var problems);
        if (Missing(request, around) is { } missing)
            return NotInjected(pod, around, [.. problems, .. drains ? HostLimits.Of(pod) : HostLimits.OfSidecar(pod, around.Facts), missing]);

        var subject = new InjectionSubject
        {
            Pod = pod,
            Namespace = around.Namespace,
            Request = request,
            Owners = around.Owners,
            OtherJob = around.OtherJob,
            Run = around.Run!,
            Profile = around.Profile,
            Defaults = around.Defaults,
            Facts = around.Facts,
        };
        var plan = drains ? DrainPlanner.Plan(subject, out var obstacles) : InjectionPlanner.Plan(subject, out obstacles);
        if (problems.Count > 0 || plan is null)
            return NotInjected(pod, around, [.. problems, .. obstacles]);
        if (AnnotationRoom.Problem(pod, PodPatch.Annotations(plan)) is { } full)
            return NotInjected(pod, around, [full]);
        return new AdmissionDecision.Patch(PodPatch.For(pod, plan), around.OwnerProblem is { } unknown ? [unknown, .. plan.Warnings] : plan.Warnings, plan);
    }

    private static Problem? Missing(InjectionRequest request, PodSurroundings around)
    {
        if (around.Run is null)
            return new Problem(ProblemReasons.RunMissing, $"there is no WandbRun {request.Run} in namespace {around.Namespace}");
        return around.Run.Spec.Profile is { } profile && around.Profile is null
            ? new Problem(ProblemReasons.ProfileMissing, $"WandbRun {request.Run} names WandbProfile {profile}, which is not in namespace {around.Namespace}")
            : null;
    }

    private static AdmissionDecision NotInjected(PodView pod, PodSurroundings around, IReadOnlyList<Problem> problems)
    {
        // The annotation has the last word, also where it cannot be read with the rest.
        var isRequired = InjectionAnnotations.Required(pod.Annotations)
            ?? around.Run?.Spec.Required ?? around.Profile?.Spec.Required ?? around.Defaults.Settings.Required ?? false;
        if (isRequired)
            return new AdmissionDecision.Deny(problems);
        // A static pod is its node's: not even a label is ours to set.
        var isMirror = problems.Any(problem => problem.Reason == ProblemReasons.MirrorPod);
        return new AdmissionDecision.Miss(problems, isMirror ? [] : PodPatch.Missed(pod, problems));
    }
}
