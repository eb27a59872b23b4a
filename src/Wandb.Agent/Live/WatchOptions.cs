using Wandb.Agent.Commands;

namespace Wandb.Agent.Live;

/// <summary>What <c>wandb-agent watch</c> was asked to do.</summary>
internal sealed record WatchOptions
{
    /// <summary>What is done with each run; <see cref="SyncOptions.Jobs"/> is how many are followed at the same time.</summary>
    public required SyncOptions Sync { get; init; }

    /// <summary>End when every run that was found is over and on the server; at least one must have been found.</summary>
    public bool ExitWhenDone { get; init; }

    public required LiveOptions Live { get; init; }
}
