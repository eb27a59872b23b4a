using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.Inspection;

/// <summary>Whose run it is, by its run records; empty strings where the file says nothing (the server then decides).</summary>
internal sealed record RunIdentitySummary
{
    public string Entity { get; init; } = "";

    public string Project { get; init; } = "";

    public string RunId { get; init; } = "";

    public string Name { get; init; } = "";

    public string Group { get; init; } = "";

    public string JobType { get; init; } = "";

    public string Sweep { get; init; } = "";

    public IReadOnlyList<string> Tags { get; init; } = [];

    public DateTimeOffset? StartTime { get; init; }

    /// <summary>Later run records are updates: what is empty in them stays as it was.</summary>
    public RunIdentitySummary With(RunRecord record) => new()
    {
        Entity = Later(Entity, record.Entity),
        Project = Later(Project, record.Project),
        RunId = Later(RunId, record.RunId),
        Name = Later(Name, record.DisplayName),
        Group = Later(Group, record.RunGroup),
        JobType = Later(JobType, record.JobType),
        Sweep = Later(Sweep, record.SweepId),
        Tags = record.Tags.Count > 0 ? [.. record.Tags] : Tags,
        // Beyond the year 9999 there is no date.
        StartTime = record.StartTime is { Seconds: > 0 and < 253402300800 } start ? DateTimeOffset.FromUnixTimeSeconds(start.Seconds) : StartTime,
    };

    private static string Later(string known, string update) => update.Length > 0 ? update : known;
}
