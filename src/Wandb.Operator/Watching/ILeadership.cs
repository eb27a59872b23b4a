namespace Wandb.Operator.Watching;

/// <summary>Whether this replica is the one that reconciles. Safe for concurrent use.</summary>
internal interface ILeadership
{
    bool IsLeader { get; }

    /// <summary>
    /// Another number when another replica may have led since this one led last: what is remembered from before may be behind what that one wrote. The same when
    /// only the lease could not be renewed for a while. It changes before <see cref="IsLeader"/> becomes true.
    /// </summary>
    int Term { get; }

    /// <summary>Waits until this replica leads, or not at all if it does.</summary>
    /// <returns>
    /// A token that is cancelled when this leadership ends; <see cref="IsLeader"/> is false before that, so that whoever asks again waits.
    /// </returns>
    ValueTask<CancellationToken> WaitForLeadershipAsync(CancellationToken ct);
}
