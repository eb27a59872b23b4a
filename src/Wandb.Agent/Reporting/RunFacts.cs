using Wandb.Agent.Http;

namespace Wandb.Agent.Reporting;

/// <summary>What a run's pipeline knows at one moment; a value, so that anybody may keep it.</summary>
internal sealed record RunFacts
{
    /// <summary>The run file; the key of the run.</summary>
    public required string File { get; init; }

    /// <summary>As the server resolved it; before that as the file says.</summary>
    public required RunPath Run { get; init; }

    /// <summary>As in <see cref="RunProgress.Phase"/>.</summary>
    public required string Phase { get; init; }

    /// <summary>Null until the server answered.</summary>
    public Uri? Url { get; init; }

    public string? DisplayName { get; init; }

    public string? Group { get; init; }

    public string? JobType { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Summary values by key, nested keys with dots, as the SDK's JSON (NaN stands bare): <c>_step</c> and the keys that were asked for.</summary>
    public IReadOnlyDictionary<string, string> Summary { get; init; } = new Dictionary<string, string>();

    public long RowsRead { get; init; }

    public long RowsAcknowledged { get; init; }

    public long BytesRead { get; init; }

    public long BytesAcknowledged { get; init; }

    /// <summary>Bytes read that are whole records; the rest waits for its end.</summary>
    public long BytesWhole { get; init; }

    /// <summary>Bytes before which nothing is left to send: a half-written record at the end is no backlog.</summary>
    public long BytesDealtWith => BytesAcknowledged >= BytesWhole ? BytesRead : BytesAcknowledged;

    public long RecordsRead { get; init; }

    public long RecordsAcknowledged { get; init; }

    public long RecordsLost { get; init; }

    public int SetAside { get; init; }

    public int Files { get; init; }

    public int Artifacts { get; init; }

    /// <summary>The code that the run was or will be closed with; null: not known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Empty for an exit record; otherwise why the writer ended.</summary>
    public string ExitReason { get; init; } = "";
}
