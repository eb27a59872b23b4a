using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Admission;

/// <summary>
/// Job to decision: what stands on the Job holds for its pods, so it is copied to the pod template where the template itself says nothing.
/// Job and pods get the label by which the operator finds them.
/// </summary>
internal static class JobAdmission
{
    public static AdmissionDecision Decide(JsonObject job)
    {
        var annotations = JsonRead.Texts(JsonRead.At(job, "metadata", "annotations"));
        var labels = JsonRead.Texts(JsonRead.At(job, "metadata", "labels"));
        if (JsonRead.At(job, "spec", "template") is not JsonObject template)
            return new AdmissionDecision.Allow("the Job has no pod template");
        var metadata = template["metadata"] as JsonObject;
        var templateAnnotations = JsonRead.Texts(metadata?["annotations"]);
        var templateLabels = JsonRead.Texts(metadata?["labels"]);
        if ((templateAnnotations.GetValueOrDefault(InjectionKeys.Run) ?? annotations.GetValueOrDefault(InjectionKeys.Run)) is not { } run)
            return new AdmissionDecision.Allow($"neither the Job nor its pod template has an annotation {InjectionKeys.Run}");

        var newAnnotations = InjectionKeys.Annotations
            .Where(key => annotations.ContainsKey(key) && !IsSaid(key, templateAnnotations, templateLabels))
            .Select(key => (key, annotations[key]))
            .ToList();
        if (!JobPods.AreToldApart(job) && !templateAnnotations.ContainsKey(InjectionKeys.Parallel))
            newAnnotations.Add((InjectionKeys.Parallel, JobPods.Number(job).ToString(CultureInfo.InvariantCulture)));
        var newLabels = new[] { InjectionKeys.Group, InjectionKeys.JobType }
            .Where(key => labels.ContainsKey(key) && !annotations.ContainsKey(key) && !IsSaid(key, templateAnnotations, templateLabels))
            .Select(key => (key, labels[key]))
            .ToList();
        if (!templateLabels.ContainsKey(InjectionKeys.Run) && InjectionAnnotations.RunProblem(run) is null)
            newLabels.Add((InjectionKeys.Run, PodPatch.RunLabel(run)));

        List<JsonPatchOperation> operations = [.. OperationsOnJob(job, labels, run), .. Operations(metadata, newAnnotations, newLabels)];
        return operations.Count == 0
            ? new AdmissionDecision.Allow("the Job and its pod template have everything already")
            : new AdmissionDecision.Patch(operations, [], null);
    }

    /// <summary>A template that names a group in either way has said it.</summary>
    private static bool IsSaid(string key, IReadOnlyDictionary<string, string> annotations, IReadOnlyDictionary<string, string> labels) =>
        annotations.ContainsKey(key) || (key is InjectionKeys.Group or InjectionKeys.JobType && labels.ContainsKey(key));

    private static IEnumerable<JsonPatchOperation> OperationsOnJob(JsonObject job, IReadOnlyDictionary<string, string> labels, string run) =>
        // The template of a Job in the manifest of another kind may have no metadata.
        labels.ContainsKey(InjectionKeys.Run) || job["metadata"] is not JsonObject metadata || InjectionAnnotations.RunProblem(run) is not null
            ? []
            : Operations(["metadata", "labels"], metadata["labels"], [(InjectionKeys.Run, PodPatch.RunLabel(run))]);

    private static List<JsonPatchOperation> Operations(
        JsonObject? metadata, List<(string Key, string Value)> annotations, List<(string Key, string Value)> labels)
    {
        if (metadata is null && annotations.Count + labels.Count > 0)
        {
            var whole = new JsonObject();
            if (annotations.Count > 0)
                whole["annotations"] = Map(annotations);
            if (labels.Count > 0)
                whole["labels"] = Map(labels);
            return [new JsonPatchOperation(JsonPatch.Pointer("spec", "template", "metadata"), whole)];
        }
        return
        [
            .. Operations(["spec", "template", "metadata", "annotations"], metadata?["annotations"], annotations),
            .. Operations(["spec", "template", "metadata", "labels"], metadata?["labels"], labels),
        ];
    }

    private static IEnumerable<JsonPatchOperation> Operations(string[] map, JsonNode? existing, List<(string Key, string Value)> values)
    {
        if (values.Count == 0)
            return [];
        return existing is JsonObject
            ? values.Select(pair => new JsonPatchOperation(JsonPatch.Pointer([.. map, pair.Key]), pair.Value))
            : [new JsonPatchOperation(JsonPatch.Pointer(map), Map(values))];
    }

    private static JsonObject Map(List<(string Key, string Value)> values)
    {
        var map = new JsonObject();
        foreach (var (key, value) in values)
            map[key] = value;
        return map;
    }
}
