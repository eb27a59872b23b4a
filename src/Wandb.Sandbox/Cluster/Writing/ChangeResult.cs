using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>What a change makes of an object.</summary>
internal abstract record ChangeResult
{
    private ChangeResult()
    {
    }

    /// <param name="IsVersionOfCaller">metadata.resourceVersion is what the caller sent: another one now is a conflict.</param>
    public sealed record Wanted(JsonObject Object, bool IsVersionOfCaller) : ChangeResult;

    public sealed record Refused(ApiStatus Status) : ChangeResult;
}
