using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Manifests;

/// <summary>Pods of an Argo workflow: each template with a container becomes one, with the executor beside it.</summary>
internal static class ArgoPods
{
    private const string WorkflowLabel = "workflows.argoproj.io/workflow";

    public static IReadOnlyList<WorkloadPod> Of(JsonObject manifest, string kind, string name)
    {
        var spec = (kind == "CronWorkflow" ? JsonRead.At(manifest, "spec", "workflowSpec") : manifest["spec"]) as JsonObject;
        var pods = new List<WorkloadPod>();
        foreach (var template in JsonRead.Objects(spec?["templates"]))
        {
            if ((template["container"] ?? template["script"]) is not JsonObject container)
                continue;
            var main = container.DeepClone().AsObject();
            main["name"] = "main";
            var metadata = new JsonObject { ["generateName"] = $"{name}-" };
            Merge(metadata, spec?["podMetadata"]);
            Merge(metadata, template["metadata"]);
            Merge(metadata, new JsonObject { ["labels"] = new JsonObject { [WorkflowLabel] = name } });
            var pod = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["metadata"] = metadata,
                ["spec"] = new JsonObject
                {
                    ["containers"] = new JsonArray(new JsonObject { ["name"] = "wait", ["image"] = "argoexec" }, main),
                    ["volumes"] = (template["volumes"] ?? spec?["volumes"])?.DeepClone() ?? new JsonArray(),
                },
            };
            var owner = new PodOwner { Kind = "Workflow", Name = name, ApiVersion = JsonRead.Text(manifest["apiVersion"]) ?? "", Uid = $"offline-Workflow-{name}" };
            pods.Add(new WorkloadPod(
                $"{kind} {name}, template {JsonRead.Text(template["name"])}", pod, [owner], ["the executor's own mounts and init container are not shown"]));
        }
        return pods;
    }

    private static void Merge(JsonObject metadata, JsonNode? other)
    {
        foreach (var map in new[] { "labels", "annotations" })
        {
            if (other?[map] is not JsonObject entries)
                continue;
            if (metadata[map] is not JsonObject own)
                metadata[map] = own = [];
            foreach (var (key, value) in entries)
                own[key] = value?.DeepClone();
        }
    }
}
