namespace Wandb.Operator.Reports;

/// <summary>The pod that a token was made for. A name is used again, a UID never.</summary>
internal sealed record PodIdentity(string Namespace, string Name, string Uid);
