using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Runs;

/// <summary>Why something outside its containers ended, or ends, a pod.</summary>
/// <param name="Reason">One of <see cref="EndReasons"/>.</param>
/// <param name="Since">When it began, in whole seconds; null: not known, it then holds for what ended last. A lost node was lost before that.</param>
/// <param name="Message">What Kubernetes says about it, for people; null: nothing.</param>
internal sealed record PodEndCause(string Reason, DateTimeOffset? Since, string? Message = null)
{
    /// <summary>Type of the condition that tells it.</summary>
    public const string Condition = "DisruptionTarget";

    /// <param name="pod">The pod, as the API server shows it.</param>
    /// <param name="jobFailure">Reason of the Job's condition <c>Failed</c> or <c>FailureTarget</c>; null: it has not failed, or there is none.</param>
    /// <returns>Null: the pod ended, or runs, by itself.</returns>
    public static PodEndCause? Of(JsonObject pod, string? jobFailure)
    {
        var status = pod["status"] as JsonObject;
        var disruption = JsonRead.Objects(status?["conditions"]).FirstOrDefault(condition =>
            JsonRead.Text(condition["type"]) == Condition && JsonRead.Text(condition["status"]) == "True");
        var since = KubernetesTime.Read(disruption?["lastTransitionTime"]);
        if (OfStatus(JsonRead.Text(status?["reason"])) is { } byStatus)
            return new PodEndCause(byStatus, since, JsonRead.Text(status!["message"]) ?? JsonRead.Text(disruption?["message"]));
        if (OfDisruption(JsonRead.Text(disruption?["reason"])) is { } byDisruption)
            return new PodEndCause(byDisruption, since, JsonRead.Text(disruption!["message"]));
        return DeletionTime(pod) is { } deletion
            ? new PodEndCause(jobFailure == EndReasons.DeadlineExceeded ? EndReasons.DeadlineExceeded : EndReasons.Deleted, deletion)
            : null;
    }

    /// <summary>Of <c>status.reason</c>, which the kubelet writes when it ends a pod itself.</summary>
    private static string? OfStatus(string? reason) => reason switch
    {
        "Evicted" => EndReasons.Evicted,
        // Shutdown of the node with grace; the older word is still written by kubelets before 1.22.
        "Terminated" or "NodeShutdown" or "Shutdown" => EndReasons.Evicted,
        // Room for a critical pod, made by the kubelet and not by the scheduler.
        "Preempting" => EndReasons.Preempted,
        "DeadlineExceeded" => EndReasons.DeadlineExceeded,
        "NodeLost" => EndReasons.NodeLost,
        _ => null,
    };

    /// <summary>Of the condition DisruptionTarget: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions.</summary>
    private static string? OfDisruption(string? reason) => reason switch
    {
        "PreemptionByScheduler" => EndReasons.Preempted,
        "EvictionByEvictionAPI" or "TerminationByKubelet" => EndReasons.Evicted,
        // Its node does not exist any more, or was declared out of service; or it has a taint that the pod does not bear. Which one, the
        // condition does not say, and the node has lost it by the time that its kubelet is back: nearly always it is not-ready or unreachable.
        "DeletionByPodGC" or "DeletionByTaintManager" => EndReasons.NodeLost,
        null => null,
        _ => EndReasons.Evicted,
    };

    /// <summary>deletionTimestamp is when the grace ends, not when the deletion was asked for.</summary>
    private static DateTimeOffset? DeletionTime(JsonObject pod) =>
        KubernetesTime.Read(pod["metadata"]?["deletionTimestamp"]) is { } end
            ? end.AddSeconds(-(JsonRead.Number(pod["metadata"]?["deletionGracePeriodSeconds"]) ?? 0))
            : null;
}
