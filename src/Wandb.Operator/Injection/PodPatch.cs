using System.Globalization;
using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>
/// Pod and plan to operations that only add: no field of the user's is written again, so what this code does not know survives. Ours come
/// behind what is there: an entry of <c>env</c> before the user's would change what his <c>$(NAME)</c> mean.
/// </summary>
internal static class PodPatch
{
    private const int MaxLabelLength = 63;

    public static IReadOnlyList<JsonPatchOperation> For(PodView pod, InjectionPlan plan)
    {
        // There are annotations: without one the pod would not have asked.
        List<JsonPatchOperation> operations = [.. Annotations(plan).Select(Annotation), .. Label(pod, plan.RunName)];
        foreach (var container in plan.Containers)
        {
            var place = container.Container.Index.ToString(CultureInfo.InvariantCulture);
            var variables = container.Variables.Added.Select(variable => variable.Value.ToEntry(variable.Name)).ToList();
            Append(operations, container.Container.Json["env"], variables, "spec", "containers", place, "env");
            Append(operations, container.Container.Json["volumeMounts"], container.Mounts, "spec", "containers", place, "volumeMounts");
        }
        Append(operations, pod.Spec["volumes"], plan.Volumes, "spec", "volumes");
        if (plan.Agent is { } agent)
            Sidecar(operations, pod, AgentSidecar.Container(agent));
        var secrets = plan.PullSecrets
            .Where(name => JsonRead.Objects(pod.Spec["imagePullSecrets"]).All(secret => JsonRead.Text(secret["name"]) != name))
            .Select(name => new JsonObject { ["name"] = name })
            .ToList();
        Append(operations, pod.Spec["imagePullSecrets"], secrets, "spec", "imagePullSecrets");
        if (plan.GraceSeconds is { } grace)
            operations.Add(new JsonPatchOperation(JsonPatch.Pointer("spec", "terminationGracePeriodSeconds"), grace));
        return operations;
    }

    /// <summary>The label by which the operator finds the pods of a run, injected or not.</summary>
    /// <param name="run">Name of the WandbRun; a text that cannot be one gives no label.</param>
    public static IReadOnlyList<JsonPatchOperation> Label(PodView pod, string run)
    {
        if (pod.Labels.ContainsKey(InjectionKeys.Run) || InjectionAnnotations.RunProblem(run) is not null)
            return [];
        JsonNode label = RunLabel(run);
        return
        [
            pod.Metadata["labels"] is JsonObject
                ? new JsonPatchOperation(JsonPatch.Pointer("metadata", "labels", InjectionKeys.Run), label)
                : new JsonPatchOperation(JsonPatch.Pointer("metadata", "labels"), new JsonObject { [InjectionKeys.Run] = label }),
        ];
    }

    /// <summary>What a pod gets that starts without us: the label, and why, if it has room for that.</summary>
    /// <param name="pod">Asks, so it has annotations.</param>
    /// <param name="problems">At least one.</param>
    public static IReadOnlyList<JsonPatchOperation> Missed(PodView pod, IReadOnlyList<Problem> problems)
    {
        var why = (InjectionKeys.Missed, MissedText.Of(problems));
        return AnnotationRoom.Problem(pod, [why]) is null
            ? [.. Label(pod, pod.Annotations[InjectionKeys.Run]), Annotation(why)]
            : Label(pod, pod.Annotations[InjectionKeys.Run]);
    }

    /// <summary>Makes a sidecar again of an agent that an older client or another webhook has taken that off (<see cref="AgentSidecar.HoldsUp"/>).</summary>
    public static IReadOnlyList<JsonPatchOperation> Restored(ContainerView agent) =>
    [
        new JsonPatchOperation(
            JsonPatch.Pointer("spec", "initContainers", agent.Index.ToString(CultureInfo.InvariantCulture), AgentSidecar.RestartPolicy), AgentSidecar.Always),
    ];

    /// <summary>A WandbRun's name as a label value: what is longer is cut and gets the begin of its hash.</summary>
    public static string RunLabel(string run)
    {
        if (run.Length <= MaxLabelLength)
            return run;
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(run)))[..8];
        return $"{run[..(MaxLabelLength - 9)].TrimEnd('-', '.')}-{hash}";
    }

    /// <summary>Those that an injection adds.</summary>
    public static IEnumerable<(string Key, string Value)> Annotations(InjectionPlan plan)
    {
        yield return (InjectionKeys.Injected, InjectionPlan.Version);
        if (plan.RunUid is { } uid)
            yield return (InjectionKeys.RunUid, uid);
        if (plan.SettingsFile is { } settings)
            yield return (InjectionKeys.Settings, settings);
        if (plan.HasPythonHook)
            yield return (InjectionKeys.PythonHook, PythonHook.Text);
    }

    private static JsonPatchOperation Annotation((string Key, string Value) annotation) =>
        new(JsonPatch.Pointer("metadata", "annotations", annotation.Key), annotation.Value);

    private static void Sidecar(List<JsonPatchOperation> operations, PodView pod, JsonObject container)
    {
        var place = AgentSidecar.Place(pod);
        if (pod.Spec["initContainers"] is JsonArray)
            operations.Add(new JsonPatchOperation(JsonPatch.Pointer("spec", "initContainers", place.ToString(CultureInfo.InvariantCulture)), container));
        else
            operations.Add(new JsonPatchOperation(JsonPatch.Pointer("spec", "initContainers"), new JsonArray(container)));
    }

    private static void Append(List<JsonPatchOperation> operations, JsonNode? list, IReadOnlyList<JsonObject> items, params ReadOnlySpan<string> path)
    {
        if (items.Count == 0)
            return;
        if (list is JsonArray)
        {
            var end = JsonPatch.Pointer([.. path, JsonPatch.End]);
            operations.AddRange(items.Select(item => new JsonPatchOperation(end, item)));
        }
        else
        {
            operations.Add(new JsonPatchOperation(JsonPatch.Pointer(path), new JsonArray([.. items.Select(item => item.DeepClone())])));
        }
    }
}
