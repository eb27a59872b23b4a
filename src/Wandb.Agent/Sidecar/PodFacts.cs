namespace Wandb.Agent.Sidecar;

/// <summary>What is known of the pod; texts that nobody set are empty.</summary>
internal sealed record PodFacts
{
    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    public string Uid { get; init; } = "";

    public string Node { get; init; } = "";

    public string OwnerKind { get; init; } = "";

    public string OwnerName { get; init; } = "";

    /// <summary>Of an Indexed Job; null without one.</summary>
    public int? CompletionIndex { get; init; }

    /// <summary>Image by container.</summary>
    public IReadOnlyDictionary<string, string> Images { get; init; } = new Dictionary<string, string>();

    /// <summary>The labels that were asked for.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>There is a pod.</summary>
    public bool IsKnown => Namespace.Length > 0 || Name.Length > 0;
}
