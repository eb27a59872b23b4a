using System.Text.Json.Serialization;
using Wandb.Agent.Receipts;
using Wandb.Agent.Records;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// How far a run file is on one server: everything before <see cref="Offset"/> was acknowledged. Written only after an acknowledgement.
/// With <see cref="State"/> a later agent goes on there without reading the file from its start.
/// </summary>
internal sealed record Checkpoint
{
    public const int CurrentVersion = 1;

    /// <summary>Of one with <see cref="Since"/>, only ever in the log: an agent that does not know it goes back to the checkpoint proper.</summary>
    public const int ShortVersion = -CurrentVersion;

    public required int Version { get; init; }

    /// <summary>The server's base URL: what one server has says nothing about another.</summary>
    public required string Server { get; init; }

    /// <summary>Entity, project and run id on the server.</summary>
    public required string Entity { get; init; }

    public required string Project { get; init; }

    public required string Run { get; init; }

    /// <summary>The server's id of the run: a run that was deleted and made again has another one.</summary>
    public required string StorageId { get; init; }

    public required FileProof Proof { get; init; }

    /// <summary>Bytes of the file before this are acknowledged; a record begins here.</summary>
    public required long Offset { get; init; }

    /// <summary>Line numbers of the streams, all acknowledged.</summary>
    public required LineCounter History { get; init; }

    public required LineCounter Events { get; init; }

    public required LineCounter Console { get; init; }

    public required RecordLedgerSnapshot Ledger { get; init; }

    public required RunStateSnapshot State { get; init; }

    public required int AlertsSent { get; init; }

    /// <summary>What was set aside before <see cref="Offset"/>, by name and reason, and how much it was in all: a later sync must not forget it.</summary>
    public required List<string> SetAside { get; init; }

    public required int SetAsideCount { get; init; }

    /// <summary>Artifacts that are committed, by their record's offset.</summary>
    public required List<ReceiptArtifact> Artifacts { get; init; }

    /// <summary>Counts the checkpoints of a run file: of two that go equally far, the later one knows more. 0 in those of earlier agents.</summary>
    public long Sequence { get; init; }

    /// <summary>
    /// Console lines of before <see cref="Offset"/> that are not acknowledged, because one request takes only lines that follow each other.
    /// Null: none; never there in the checkpoint proper, which earlier agents read too.
    /// </summary>
    public ConsoleOrigin? ConsoleDue { get; init; }

    /// <summary>What is left out of it; null: nothing, and so it is once it was read.</summary>
    public CheckpointSince? Since { get; init; }

    /// <summary>Where the lines go on.</summary>
    [JsonIgnore]
    public StreamLines Lines => new(History, Events, Console);

    /// <summary>Whether the server had been told of the run by then. If not, it says where the file was to begin among lines of others, and nothing of it was sent.</summary>
    [JsonIgnore]
    public bool WasAnnounced => State.Identity.Acknowledged is not null;

    /// <summary>Where the record of an alert begins that stands before <see cref="Offset"/> and was not sent. Null: none; never there in the checkpoint proper.</summary>
    public long? AlertDue { get; init; }

    /// <summary>Where the records of alerts begin that stand before <see cref="Offset"/>, and that the server has not taken yet. Null: there are none.</summary>
    public List<long>? AlertsWaiting { get; init; }
}

/// <summary>
/// Where console lines come from that wait for a request: they are not kept but made again, by reading the console's records once more. A line that
/// has not changed since <see cref="Offset"/> does not wait.
/// </summary>
/// <param name="Offset">In the file; a record begins here.</param>
/// <param name="Screen">The console there; null before the run record.</param>
/// <param name="FirstLine">Server number of the first line that waits: those before are acknowledged.</param>
internal sealed record ConsoleOrigin(long Offset, ConsoleScreenSnapshot? Screen, long FirstLine);
