using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>A pod that asks for a WandbRun and that admission never saw: nothing of ours is in it, not even the label.</summary>
internal sealed record UnseenPod
{
    /// <summary>The WandbRun that it names, which need not exist.</summary>
    public required NamespacedName Run { get; init; }

    public required string Name { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Its Job asks and it does not: nobody copied the annotation.</summary>
    public bool IsOfUnseenJob { get; init; }

    /// <summary>A static pod of a node, which is left alone whenever it is made.</summary>
    public bool IsMirror { get; init; }

    /// <param name="json">At least its metadata, without a label <c>wandb-operator.io/run</c>.</param>
    /// <param name="runsByJob">WandbRuns by the UIDs of Jobs that ask and have no label either.</param>
    /// <returns>Null: it does not ask, or it was injected and somebody took the label away.</returns>
    public static UnseenPod? Read(JsonElement json, IReadOnlyDictionary<string, string> runsByJob)
    {
        var metadata = JsonObject.Create(json)?["metadata"] ?? throw new FormatException("a pod has no metadata");
        var annotations = metadata["annotations"];
        var own = JsonRead.Text(annotations?[InjectionKeys.Run]);
        var run = own ?? (ControllerReference.Of(metadata) is { IsJob: true } job ? runsByJob.GetValueOrDefault(job.Uid) : null);
        if (run is null || annotations?[InjectionKeys.Injected] is not null)
            return null;
        return new UnseenPod
        {
            Run = new NamespacedName(JsonRead.Text(metadata["namespace"]) ?? "", run),
            Name = JsonRead.Text(metadata["name"]) ?? "",
            CreatedAt = KubernetesTime.Read(metadata["creationTimestamp"]),
            IsOfUnseenJob = own is null,
            IsMirror = annotations?[HostLimits.MirrorKey] is not null,
        };
    }
}
