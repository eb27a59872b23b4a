using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>What a Job's podFailurePolicy says about a failed pod: the first rule that fits.</summary>
/// <param name="Action">FailJob, Ignore, FailIndex or Count; Count when no rule fits.</param>
internal sealed record PodFailureRule(string Action, string Message)
{
    public static PodFailureRule For(JsonObject job, JsonObject pod)
    {
        foreach (var (rule, index) in job.Objects("spec", "podFailurePolicy", "rules").Select((rule, index) => (rule, index)))
        {
            var action = rule.Text("action") ?? "Count";
            if (rule["onExitCodes"] is { } codes && Ended(pod).FirstOrDefault(status => FitsCode(codes, status)) is { } container)
            {
                return new PodFailureRule(action, $"Container {container.Text("name")} for pod {pod.Namespace()}/{pod.Name()} failed with exit code "
                    + $"{container.Number("state", "terminated", "exitCode")} matching {action} rule at index {index}");
            }

            if (rule.Objects("onPodConditions").Any(wanted => pod.Objects("status", "conditions").Any(item =>
                item.Text("type") == wanted.Text("type") && item.Text("status") == (wanted.Text("status") ?? "True"))))
            {
                return new PodFailureRule(action, $"Pod {pod.Namespace()}/{pod.Name()} has a condition matching {action} rule at index {index}");
            }
        }

        return new PodFailureRule("Count", "");
    }

    private static IEnumerable<JsonObject> Ended(JsonObject pod) => pod.Objects("status", "initContainerStatuses").Concat(pod.Objects("status", "containerStatuses"))
        .Where(status => status.Number("state", "terminated", "exitCode") is not (null or 0));

    private static bool FitsCode(JsonNode codes, JsonObject status)
    {
        if (codes.Text("containerName") is { } name && name != status.Text("name"))
        {
            return false;
        }

        var isListed = codes["values"] is JsonArray values && values.Any(value => value.Number() == status.Number("state", "terminated", "exitCode"));
        return codes.Text("operator") == "NotIn" ? !isListed : isListed;
    }
}
