namespace Wandb.Operator.Injection;

/// <summary>A controller above a pod: its Job, that Job's JobSet, and so on.</summary>
internal sealed record PodOwner
{
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>(0);

    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Empty: not known (offline).</summary>
    public string Uid { get; init; } = "";

    /// <summary>Of a Job; others are not read.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoLabels;

    /// <summary>See <see cref="PodFailurePolicy.JudgesAnyContainer"/>; false also where the Job is not known.</summary>
    public bool JudgesAnyContainer { get; init; }
}
