namespace Wandb.Operator.Watching;

/// <summary>Brings one object to what it should be, from the current state and never from the event that woke it.</summary>
internal interface IReconciler<in TKey>
{
    /// <summary>Called for one key once at a time. An exception is logged, counted, and the key comes again after a growing wait.</summary>
    /// <param name="ct">Ends with leadership.</param>
    ValueTask<ReconcileResult> ReconcileAsync(TKey key, CancellationToken ct);
}
