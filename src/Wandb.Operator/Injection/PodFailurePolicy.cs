using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>
/// <c>spec.podFailurePolicy</c> of a Job.
/// https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
/// </summary>
internal static class PodFailurePolicy
{
    /// <summary>
    /// Whether the exit code of the agent would count: a rule <c>onExitCodes</c> that names no container looks at init containers as well, and with the
    /// operator <c>NotIn</c> the agent's "not everything is on the server" would fail the Job for good. Codes of 0 are never looked at.
    /// </summary>
    public static bool JudgesAnyContainer(JsonObject? job) =>
        JsonRead.Objects(JsonRead.At(job, "spec", "podFailurePolicy", "rules"))
            .Any(rule => rule["onExitCodes"] is JsonObject codes && string.IsNullOrEmpty(JsonRead.Text(codes["containerName"])));
}
