namespace Wandb.Operator.Injection;

/// <summary>A node that knows no native sidecars.</summary>
/// <param name="Name">Of the node.</param>
/// <param name="KubeletVersion">E.g. <c>v1.28.4</c>.</param>
/// <param name="Labels">For node selectors.</param>
internal sealed record OldNode(string Name, string KubeletVersion, IReadOnlyDictionary<string, string> Labels);
