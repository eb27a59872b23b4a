using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Runs;

/// <summary>
/// A pod without what nobody here reads: thousands of them are kept. <see cref="PodObservation.Read"/> says the same of both. Values of the
/// trainer's variables are not in it, but for its rank.
/// </summary>
internal static class PodReduction
{
    private static readonly FrozenSet<string> Keys =
        PodIndex.Keys.Concat(InjectionKeys.Labels).Concat([InjectionKeys.Injected, InjectionKeys.RunUid, InjectionKeys.Missed, InjectionKeys.Drain, PodObservation.IndexFailures]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Variables =
        PodIndex.Variables.Append(PodObservation.ModeVariable).ToFrozenSet(StringComparer.Ordinal);

    public static JsonObject Of(JsonObject pod) => new()
    {
        ["metadata"] = Metadata(pod["metadata"]),
        ["spec"] = Spec(pod["spec"]),
        ["status"] = Members(pod["status"], "phase", "reason", "message", "conditions", "containerStatuses", "initContainerStatuses") is not { } status ? null : Status(status),
    };

    private static JsonObject? Metadata(JsonNode? metadata)
    {
        var kept = Members(
            metadata, "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences");
        if (kept is null)
            return null;
        foreach (var map in new[] { "labels", "annotations" })
        {
            if (metadata![map] is JsonObject all)
                kept[map] = new JsonObject(all.Where(pair => Keys.Contains(pair.Key)).Select(Copy));
        }
        return kept;
    }

    private static JsonObject? Spec(JsonNode? spec)
    {
        if (Members(spec, "nodeName") is not { } kept)
            return null;
        kept["containers"] = List(spec!["containers"], container => Container(container, entry => Variables.Contains(JsonRead.Text(entry["name"]) ?? "")));
        kept["initContainers"] = List(
            spec["initContainers"],
            container => JsonRead.Text(container["name"]) == AgentSidecar.ContainerName ? Container(container, static entry => entry["value"] is not null, AgentSidecar.RestartPolicy, "volumeMounts") : null);
        kept["volumes"] = List(spec["volumes"], volume => new JsonObject(volume.Where(pair => pair.Key == "name" || MirroredMount.VolumesOfThePod.Contains(pair.Key)).Select(Copy)));
        return kept;
    }

    private static JsonObject Container(JsonObject container, Func<JsonObject, bool> isKept, params string[] members)
    {
        var kept = Members(container, ["name", .. members])!;
        if (List(container["env"], entry => isKept(entry) ? Members(entry, "name", "value") : null) is { Count: > 0 } variables)
            kept["env"] = variables;
        return kept;
    }

    private static JsonObject Status(JsonObject status)
    {
        status["conditions"] = List(status["conditions"], condition => JsonRead.Text(condition["type"]) == PodEndCause.Condition ? condition.DeepClone() : null);
        status["containerStatuses"] = List(status["containerStatuses"], one => Members(one, "name", "state", "lastState", "restartCount"));
        status["initContainerStatuses"] = List(
            status["initContainerStatuses"], one => JsonRead.Text(one["name"]) == AgentSidecar.ContainerName ? Members(one, "name", "state") : null);
        return status;
    }

    private static JsonArray? List(JsonNode? list, Func<JsonObject, JsonNode?> item) =>
        list is JsonArray ? new JsonArray([.. JsonRead.Objects(list).Select(item).Where(one => one is not null)]) : null;

    private static JsonObject? Members(JsonNode? node, params string[] names) =>
        node is JsonObject members
            ? new JsonObject(names.Where(members.ContainsKey).Select(name => Copy(new KeyValuePair<string, JsonNode?>(name, members[name]))))
            : null;

    private static KeyValuePair<string, JsonNode?> Copy(KeyValuePair<string, JsonNode?> pair) => new(pair.Key, pair.Value?.DeepClone());
}
