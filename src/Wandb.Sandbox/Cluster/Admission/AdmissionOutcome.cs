using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;

namespace Wandb.Sandbox.Cluster.Admission;

/// <summary>What webhooks made of a write.</summary>
internal abstract record AdmissionOutcome
{
    private AdmissionOutcome()
    {
    }

    public sealed record Admitted(JsonObject Object) : AdmissionOutcome;

    public sealed record Denied(ApiStatus Status) : AdmissionOutcome;
}
