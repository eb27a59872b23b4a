using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>How a request on one object ended.</summary>
internal abstract record ApiResult
{
    private ApiResult()
    {
    }

    public sealed record Done(int Code, JsonObject Body) : ApiResult;

    public sealed record Refused(ApiStatus Status) : ApiResult;
}
