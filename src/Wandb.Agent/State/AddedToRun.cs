using System.Text.Json.Serialization;

namespace Wandb.Agent.State;

/// <summary>What the agent adds to a run that the run file does not hold. The run's own values win.</summary>
internal sealed record AddedToRun
{
    public static readonly AddedToRun None = new();

    /// <summary>Top-level keys of the config with their values as JSON, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Config { get; init => field = value ?? []; } = [];

    /// <summary>Behind the run's own tags, in this order.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value ?? []; } = [];

    /// <summary>Notes of a run that has none; null: none.</summary>
    public string? Notes { get; init; }

    /// <summary>Display name of a run that has none; null: none.</summary>
    public string? Name { get; init; }

    /// <summary>UID of the pod whose agent says so; null: not known.</summary>
    public string? PodUid { get; init; }

    [JsonIgnore]
    public bool IsEmpty => this is { Config.Count: 0, Tags.Count: 0, Notes: null, Name: null };

    /// <summary>The run's tags, then those of ours that it does not have.</summary>
    public IReadOnlyList<string> Merge(IReadOnlyList<string> tags, string? endTag)
    {
        if (Tags.Count == 0 && endTag is null)
            return tags;
        return [.. tags.Concat(Tags).Concat(endTag is null ? [] : [endTag]).Distinct(StringComparer.Ordinal)];
    }
}
