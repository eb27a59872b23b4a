namespace Wandb.Agent.State;

/// <summary>
/// What the command line says about every run it syncs; it wins over the records, always (but for <see cref="Added"/>). Null or empty: the records decide.
/// </summary>
internal sealed record RunOverrides
{
    public static readonly RunOverrides None = new();

    public string? Entity { get; init; }

    public string? Project { get; init; }

    public string? RunId { get; init; }

    public string? Group { get; init; }

    public string? JobType { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>Old tag to new tag; an empty new tag drops the old one.</summary>
    public IReadOnlyDictionary<string, string> ReplaceTags { get; init; } = new Dictionary<string, string>();

    /// <summary>What is added as things stand now.</summary>
    public Func<AddedToRun> Added { get; init; } = static () => AddedToRun.None;

    public IReadOnlyList<string> Replace(IReadOnlyList<string> tags) =>
        ReplaceTags.Count == 0 ? tags : [.. tags.Select(tag => ReplaceTags.GetValueOrDefault(tag, tag)).Where(tag => tag.Length > 0)];
}
