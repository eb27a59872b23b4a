using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>What a Deployment needs now. Its pods are its own: there are no ReplicaSets between them.</summary>
/// <param name="Create">How many pods of the present template are missing.</param>
/// <param name="Delete">Pods of an earlier template, once those of the present one are ready, and pods above the number that is wanted.</param>
/// <param name="Replicas">Pods that live.</param>
/// <param name="Updated">Of these, pods of the present template.</param>
/// <param name="Ready">Of all that live.</param>
internal sealed record DeploymentDecision(int Create, IReadOnlyList<JsonObject> Delete, int Wanted, int Replicas, int Updated, int Ready)
{
    /// <summary>Label of a pod that tells its template from others.</summary>
    public const string TemplateLabel = "pod-template-hash";

    private const int HashLength = 10;

    public bool IsAvailable => Ready >= Wanted;

    public static DeploymentDecision For(JsonObject deployment, IReadOnlyList<JsonObject> pods)
    {
        var wanted = (int)(deployment.Number("spec", "replicas") ?? 1);
        var hash = HashOf(deployment);
        var living = pods.Where(JobHistory.IsActive).ToList();
        var updated = living.Where(pod => pod.Text("metadata", "labels", TemplateLabel) == hash).OrderByDescending(IsReady).ToList();
        var earlier = living.Except(updated).ToList();
        var mayReplace = updated.Count(IsReady) >= wanted;
        return new DeploymentDecision(
            Math.Max(0, wanted - updated.Count), [.. updated.Skip(wanted), .. mayReplace ? earlier : []], wanted, living.Count, updated.Count, living.Count(IsReady));
    }

    public static string HashOf(JsonObject deployment) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(deployment.At("spec", "template")?.ToJsonString() ?? "")))[..HashLength];

    private static bool IsReady(JsonObject pod) => Conditions.Holds(pod, "Ready");
}
