using System.Text.Json;

namespace Wandb.Contract;

/// <summary>What a <c>WandbRun</c> says of its runs and the SDK has no variable for: the agent adds it when it syncs.</summary>
public sealed record RunAdditions
{
    /// <summary>Added to the run's config; what the run itself sets under the same key stays. Values as in <c>wandb.init(config=…)</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> Config { get; init => field = value ?? new Dictionary<string, JsonElement>(); } = new Dictionary<string, JsonElement>();

    /// <summary>Added to the run's tags; each at most 64 characters.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value ?? []; } = [];

    /// <summary>Notes of a run that has none; null: none.</summary>
    public string? Notes { get; init; }

    /// <summary>
    /// Display name of a run that has none; <c>{attempt}</c> and <c>{node}</c> in it stand for what only the agent knows and are left out,
    /// with the separator before them, when it does not. Null: none.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>Keys of the summary that reports carry.</summary>
    public IReadOnlyList<string> SummaryMetrics { get; init => field = value ?? []; } = [];
}
