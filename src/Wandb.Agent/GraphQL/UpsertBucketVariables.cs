namespace Wandb.Agent.GraphQL;

/// <summary>Variables of UpsertBucket. Null leaves what the server has; nulls are sent as such.</summary>
internal sealed record UpsertBucketVariables
{
    /// <summary>Storage id of a run that exists already.</summary>
    internal string? Id { get; init; }

    /// <summary>The run id.</summary>
    internal string? Name { get; init; }

    internal string? Project { get; init; }

    /// <summary>Null: the default entity of the key's owner.</summary>
    internal string? Entity { get; init; }

    internal string? GroupName { get; init; }

    internal string? Description { get; init; }

    internal string? DisplayName { get; init; }

    internal string? Notes { get; init; }

    /// <summary>Git commit.</summary>
    internal string? Commit { get; init; }

    /// <summary>JSON text: <c>{"key":{"value":…}}</c>.</summary>
    internal string? Config { get; init; }

    internal string? Host { get; init; }

    internal string? Program { get; init; }

    /// <summary>Git remote.</summary>
    internal string? Repo { get; init; }

    internal string? JobType { get; init; }

    internal string? State { get; init; }

    internal string? Sweep { get; init; }

    internal IReadOnlyList<string>? Tags { get; init; }

    /// <summary>JSON text.</summary>
    internal string? SummaryMetrics { get; init; }
}
