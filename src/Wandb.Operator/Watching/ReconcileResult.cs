namespace Wandb.Operator.Watching;

/// <summary>What a reconciliation came to.</summary>
internal abstract record ReconcileResult
{
    private ReconcileResult()
    {
    }

    /// <summary>Nothing to do until something changes.</summary>
    public static ReconcileResult Finished { get; } = new Done();

    public sealed record Done : ReconcileResult;

    /// <summary>To be looked at again, or earlier if something changes. Earlier failures are forgotten.</summary>
    public sealed record RequeueAfter(TimeSpan Delay) : ReconcileResult;

    /// <summary>It is not its turn: to be looked at again after this time, or earlier if something changes. Earlier failures still count.</summary>
    public sealed record Postponed(TimeSpan Delay) : ReconcileResult;

    /// <summary>It cannot succeed until somebody changes the object; it is not tried again before.</summary>
    public sealed record Terminal(string Reason) : ReconcileResult;
}
