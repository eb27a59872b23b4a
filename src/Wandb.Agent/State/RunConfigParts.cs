namespace Wandb.Agent.State;

/// <summary>All that goes into the config that the server keeps.</summary>
internal sealed record RunConfigParts
{
    public required ConfigTree Config { get; init; }

    public required TelemetryFields Telemetry { get; init; }

    public required MetricDefinitions Metrics { get; init; }

    public required EnvironmentDocument Environment { get; init; }

    /// <summary>Keys that the config itself does not have, with their values as JSON.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Added { get; init; } = [];

    /// <summary>Version of this program; "12" of the telemetry.</summary>
    public required string CoreVersion { get; init; }

    /// <summary>Whether to say that the run was synced; the real client's first upsert does not yet.</summary>
    public required bool Synced { get; init; }

    /// <summary>Server feature EXPAND_DEFINED_METRIC_GLOBS.</summary>
    public required bool ServerExpandsGlobs { get; init; }

    /// <summary>Environments of other writers that the server has: JSON object text by key. They follow ours in this order; what is no valid JSON is left out.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> OtherWriters { get; init; } = [];
}
