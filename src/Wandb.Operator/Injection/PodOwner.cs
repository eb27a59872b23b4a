namespace Wandb.Operator.Injection;

/// <summary>A controller above a pod: its Job, that Job's JobSet, and so on.</summary>
internal sealed record PodOwner
{
    private const string JobSetGroup = "jobset.x-k8s.io/";
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>(0);

    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>As the reference or the manifest has it: kinds of several groups share a name. Empty: not known.</summary>
    public string ApiVersion { get; init; } = "";

    /// <summary>Empty: not known (offline).</summary>
    public string Uid { get; init; } = "";

    /// <summary>Of a Job; others are not read.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoLabels;

    /// <summary>See <see cref="PodFailurePolicy.JudgesAnyContainer"/>; false also where the Job is not known.</summary>
    public bool JudgesAnyContainer { get; init; }

    /// <summary>See <see cref="JobPods.AreToldApart"/>; null: it is no Job of Kubernetes, or it is not known.</summary>
    public bool? TellsPodsApart { get; init; }

    public bool IsJob => IsJobOf(ApiVersion, Kind);

    public bool IsJobSet => Kind == "JobSet" && ApiVersion.StartsWith(JobSetGroup, StringComparison.Ordinal);

    /// <summary>A Job of Kubernetes, and not a kind of the same name of somebody else's, as Volcano has one.</summary>
    public static bool IsJobOf(string apiVersion, string kind) => kind == "Job" && apiVersion.StartsWith("batch/", StringComparison.Ordinal);
}
