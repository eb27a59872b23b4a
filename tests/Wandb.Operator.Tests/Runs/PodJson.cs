using System.Text.Json.Nodes;

namespace Wandb.Operator.Tests.Runs;

/// <summary>Pods as an API server shows them.</summary>
internal static class PodJson
{
    /// <param name="status">JSON of the status.</param>
    /// <param name="metadata">Members of the metadata, without braces; empty: none but name and UID.</param>
    /// <param name="volume">JSON of what the volume of the runs is.</param>
    public static JsonObject Injected(string status, string metadata = "", string volume = "\"emptyDir\":{}") =>
        Parse($$"""
            {"metadata":{"name":"train-0-bcdfg","uid":"u0","creationTimestamp":"2026-03-01T09:59:00Z",
              "ownerReferences":[{"kind":"Job","name":"train","uid":"job1","controller":true}]{{(metadata.Length > 0 ? "," + metadata : "")}}},
             "spec":{"nodeName":"n1","containers":[{"name":"main"},{"name":"istio-proxy"}],
              "initContainers":[{"name":"wandb-operator-agent","restartPolicy":"Always",
                "env":[{"name":"WANDB_AGENT_CONTAINERS","value":"main"},{"name":"WANDB_AGENT_ROOTS","value":"/wandb-operator/runs/wandb"}],
                "volumeMounts":[{"name":"runs","mountPath":"/wandb-operator/runs"}]}],
              "volumes":[{"name":"runs",{{volume}}}]},
             "status":{{status}}}
            """);

    /// <summary>As an API server keeps it that knows no native sidecars.</summary>
    public static JsonObject HeldUp(string status)
    {
        var pod = Injected(status);
        pod["spec"]!["initContainers"]![0]!.AsObject().Remove("restartPolicy");
        return pod;
    }

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
