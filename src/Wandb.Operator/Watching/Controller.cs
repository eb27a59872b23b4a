namespace Wandb.Operator.Watching;

/// <summary>What one <see cref="ControllerService{TKey}"/> runs.</summary>
internal sealed record Controller<TKey>
    where TKey : notnull
{
    /// <summary>For logs and metrics: "wandbruns".</summary>
    public required string Name { get; init; }

    public required IReconciler<TKey> Reconciler { get; init; }

    /// <summary>Subscribers of caches add to it; the service opens and closes it.</summary>
    public required WorkQueue<TKey> Queue { get; init; }

    /// <summary>Every key there is. Asked when this replica begins to lead, after the caches are filled.</summary>
    public required Func<IEnumerable<TKey>> AllKeys { get; init; }

    /// <summary>Keys at once.</summary>
    public int Workers { get; init; } = 4;

    public RetryDelay Retry { get; init; } = RetryDelay.Reconcile;
}
