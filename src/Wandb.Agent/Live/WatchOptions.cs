using Wandb.Agent.Commands;

namespace Wandb.Agent.Live;

/// <summary>What <c>wandb-agent watch</c> was asked to do.</summary>
internal sealed record WatchOptions
{
    public static readonly TimeSpan DefaultQuiet = TimeSpan.FromMinutes(10);

    /// <summary>What is done with each run; <see cref="SyncOptions.Jobs"/> is how many send at the same time.</summary>
    public required SyncOptions Sync { get; init; }

    /// <summary>End when every run that was found is over and on the server, or nothing more is to be expected of it.</summary>
    public bool ExitWhenDone { get; init; }

    /// <summary>
    /// A run without an exit record whose file was not written for so long counts as left by its trainer. Used for <see cref="ExitWhenDone"/>,
    /// and when runs that are open must make room for others. Default 10 min.
    /// </summary>
    public TimeSpan Quiet { get; init; } = DefaultQuiet;

    /// <summary>Run directories are removed so long after they were proved to be on the server; null: never.</summary>
    public TimeSpan? DeleteAfter { get; init; }

    /// <summary>Whether who asked for it sends, after the end, what is left.</summary>
    public bool RestIsSent { get; init; }

    /// <summary>Whether the trainer of a run file has gone, with its pod: once the file is quiet, it is dealt with to its end, and followed no more.</summary>
    public Func<string, bool> IsLeft { get; init; } = static _ => false;

    public required LiveOptions Live { get; init; }
}
