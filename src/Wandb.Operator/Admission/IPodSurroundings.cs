using System.Text.Json.Nodes;

namespace Wandb.Operator.Admission;

/// <summary>Gathers what is known around a pod. Implemented by the caches; called for pods that ask, and only for those.</summary>
internal interface IPodSurroundings
{
    /// <summary>Answers from memory, or waits shortly for a cache that is being filled; the token ends the wait.</summary>
    ValueTask<PodSurroundings> GatherAsync(string @namespace, JsonObject pod, CancellationToken ct);
}
