namespace Wandb.Operator.Injection;

/// <summary>What is known of a pod's namespace and of the nodes. Everything may be unknown; the answer is then the careful one.</summary>
internal sealed record NamespaceFacts
{
    public static readonly NamespaceFacts Unknown = new();

    /// <summary>Keys of ConfigMaps by name. One that is not in it is not known.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> ConfigMapKeys { get; init; } = new Dictionary<string, IReadOnlySet<string>>(0);

    /// <summary>Keys of Secrets by name: the operator never knows any; offline they may be given.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> SecretKeys { get; init; } = new Dictionary<string, IReadOnlySet<string>>(0);

    /// <summary>Names in <c>spec.hard</c> of the namespace's ResourceQuotas, e.g. <c>limits.cpu</c>.</summary>
    public IReadOnlySet<string> QuotaResources { get; init; } = new HashSet<string>(0);

    /// <summary>Bounds for one container, of all LimitRanges together.</summary>
    public ContainerBounds Bounds { get; init; } = ContainerBounds.None;

    /// <summary>Largest sum of limits in one pod, by resource; an absent resource has no bound.</summary>
    public IReadOnlyDictionary<string, decimal> PodMax { get; init; } = new Dictionary<string, decimal>(0);

    /// <summary>Nodes whose kubelet is older than 1.29; usually none.</summary>
    public IReadOnlyList<OldNode> OldNodes { get; init; } = [];

    /// <summary>A pod, <c>namespace/name</c>, that the agent holds up because the API server knows no native sidecars; null: none was seen.</summary>
    public string? HeldUpPod { get; init; }
}
