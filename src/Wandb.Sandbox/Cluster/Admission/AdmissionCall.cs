using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Admission;

/// <summary>A write that webhooks may change.</summary>
/// <param name="Operation">CREATE or UPDATE.</param>
/// <param name="NamespaceLabels">Of the object's namespace; empty for a kind without.</param>
internal sealed record AdmissionCall(
    WriteRequest Request, string Operation, JsonObject Object, JsonObject? OldObject, IReadOnlyDictionary<string, string> NamespaceLabels);
