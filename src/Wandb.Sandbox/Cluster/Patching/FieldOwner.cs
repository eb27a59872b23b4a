namespace Wandb.Sandbox.Cluster.Patching;

/// <summary>A field manager. One name owns apart what it applied, what it wrote otherwise, and what it wrote through status.</summary>
/// <param name="Subresource">"" or status.</param>
internal sealed record FieldOwner(string Manager, bool IsApply, string Subresource);
