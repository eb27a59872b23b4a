using Wandb.Agent.Checkpoints;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;
using Wandb.Agent.Uploads;

namespace Wandb.Agent;

/// <summary>
/// Where a run file stands among the files of its run: a run that was resumed has several, and their lines follow each other on the server.
/// </summary>
internal sealed record RunPart
{
    /// <summary>Where the lines of this file begin; used unless a checkpoint tells it.</summary>
    public required StreamLines Lines { get; init; }

    /// <summary>The state at the end of the part before it, if that was read just now.</summary>
    public RunState? Earlier { get; init; }

    /// <summary>Whether a part before it has just told the server what the run is called.</summary>
    public bool IsDescribedAnew { get; init; }

    /// <summary>The console of the parts before it; this part adds its own.</summary>
    public required ConsoleSpool Console { get; init; }

    /// <summary>Whether <see cref="Console"/> begins with the first line of the run; empty, that nothing is known to be missing.</summary>
    public required bool HasWholeConsole { get; init; }

    /// <summary>Environments of the run's other writers, by key, as the server keeps them.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> OtherWriters { get; init; }

    /// <summary>What the server had when the sync began; null when it did not know the run.</summary>
    public required RunResumeState? OnServer { get; init; }

    /// <summary>Where the server keeps the parts before it; null: there are none, or it does not tell.</summary>
    public RunPath? Place { get; init; }

    /// <summary>Where an earlier agent stopped, if what it left is true; it decides over <see cref="Lines"/> and <see cref="Earlier"/>.</summary>
    public required Checkpoint? Checkpoint { get; init; }

    /// <summary>Where lines of another part begin behind this one: none of its own may go there. Null: none stand there.</summary>
    public StreamEnds? End { get; init; }

    /// <summary>How the file is followed while it grows; null: what is there is all.</summary>
    public RunFollow? Follow { get; init; }

    /// <summary>Whether no later part of the run is at hand: only the last one may end it.</summary>
    public bool IsLast { get; init; } = true;

    /// <summary>Whether the server had closed the run.</summary>
    public bool IsFinishedOnServer => OnServer?.State is "finished" or "failed";

    /// <summary>Whether the server knew the trainer of this file when the sync began: lines and alerts of it may be there. Null: the file names none.</summary>
    public bool? IsBegun { get; init; }

    /// <summary>Whether the server knows trainers of the run whose files are neither this one nor behind it.</summary>
    public bool HasTrainersElsewhere { get; init; }

    /// <summary>Whether parts of the run that were not read just now may stand before this one, with or without rows: what the server has of them must stay.</summary>
    public bool FollowsPartsElsewhere => Earlier is null && (Lines.History.Base > 0 || HasTrainersElsewhere);

    /// <summary>
    /// Whether the file is about to begin among lines of others: as soon as the server knows its trainer, its counts do not tell any more that none of
    /// them are its own.
    /// </summary>
    public bool BeginsAmongOthers =>
        this is { Checkpoint: null, Earlier: null, IsBegun: false, OnServer.HasLines: true } && !Lines.History.NextIsOnServer;
}
