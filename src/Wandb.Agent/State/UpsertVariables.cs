using System.Text.Json.Serialization;

namespace Wandb.Agent.State;

/// <summary>Variables of the UpsertBucket mutation that describe the run, besides its path and config. Null: not set, or not to be touched.</summary>
internal sealed record UpsertVariables
{
    public string? GroupName { get; init; }

    public string? JobType { get; init; }

    public string? DisplayName { get; init; }

    public string? Notes { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public string? Commit { get; init; }

    public string? Repo { get; init; }

    public string? Host { get; init; }

    public string? Program { get; init; }

    public string? Sweep { get; init; }

    /// <summary>Whether there is nothing to send.</summary>
    [JsonIgnore]
    public bool IsEmpty => this == new UpsertVariables();

    /// <summary>Only what differs, so that a request never overwrites what somebody else changed on the server in the meantime.</summary>
    /// <param name="acknowledged">What the server was last told; null if nothing.</param>
    public UpsertVariables ChangedSince(UpsertVariables? acknowledged) => acknowledged is null ? this : new UpsertVariables
    {
        GroupName = Changed(GroupName, acknowledged.GroupName),
        JobType = Changed(JobType, acknowledged.JobType),
        DisplayName = Changed(DisplayName, acknowledged.DisplayName),
        Notes = Changed(Notes, acknowledged.Notes),
        Tags = Tags is not null && acknowledged.Tags is not null && Tags.SequenceEqual(acknowledged.Tags, StringComparer.Ordinal) ? null : Tags,
        Commit = Changed(Commit, acknowledged.Commit),
        Repo = Changed(Repo, acknowledged.Repo),
        Host = Changed(Host, acknowledged.Host),
        Program = Changed(Program, acknowledged.Program),
        Sweep = Changed(Sweep, acknowledged.Sweep),
    };

    private static string? Changed(string? now, string? before) => string.Equals(now, before, StringComparison.Ordinal) ? null : now;
}
