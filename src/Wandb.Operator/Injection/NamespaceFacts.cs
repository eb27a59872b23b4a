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

    /// <summary>
    /// Their amounts, of several the smallest, by names such as <c>requests.memory</c> (which a quota may call <c>memory</c>). Quotas with scopes, which
    /// hold for some pods alone, are not in it, and nobody knows what of an amount is left.
    /// </summary>
    public IReadOnlyDictionary<string, decimal> QuotaHard { get; init; } = new Dictionary<string, decimal>(0);

    /// <summary>Bounds for one container, of all LimitRanges together.</summary>
    public LimitRangeBounds Bounds { get; init; } = LimitRangeBounds.None;

    /// <summary>Bounds for what the containers of one pod have together.</summary>
    public LimitRangeBounds PodBounds { get; init; } = LimitRangeBounds.None;

    /// <summary>Nodes whose kubelet is older than 1.29; usually none.</summary>
    public IReadOnlyList<OldNode> OldNodes { get; init; } = [];

    /// <summary>A pod, <c>namespace/name</c>, that the agent holds up because the API server knows no native sidecars; null: none was seen.</summary>
    public string? HeldUpPod { get; init; }
}
