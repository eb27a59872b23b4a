using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>A pod of a Job, from its template.</summary>
internal static class JobPod
{
    private const string IndexKey = "batch.kubernetes.io/job-completion-index";

    public static JsonObject Of(JsonObject job, int? index)
    {
        var pod = OwnedPods.FromTemplate(job, index is null ? job.Name() + "-" : string.Create(CultureInfo.InvariantCulture, $"{job.Name()}-{index}-"));
        if (index is { } number)
        {
            SetIndex(pod, job.Name(), number.ToString(CultureInfo.InvariantCulture));
        }

        return pod;
    }

    private static void SetIndex(JsonObject pod, string job, string index)
    {
        pod.Section("metadata").Section("annotations")[IndexKey] = index;
        pod.Section("metadata").Section("labels")[IndexKey] = index;
        pod.Section("spec").Default("hostname", $"{job}-{index}");
        foreach (var container in pod.Objects("spec", "initContainers").Concat(pod.Objects("spec", "containers")))
        {
            if (!container.Objects("env").Any(variable => variable.Text("name") == "JOB_COMPLETION_INDEX"))
            {
                container.List("env").Add(new JsonObject
                {
                    ["name"] = "JOB_COMPLETION_INDEX",
                    ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = $"metadata.labels['{IndexKey}']" } },
                });
            }
        }
    }
}
