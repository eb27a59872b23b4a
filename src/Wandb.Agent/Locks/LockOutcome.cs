namespace Wandb.Agent.Locks;

/// <summary>What came of asking for the lock of a run.</summary>
internal abstract record LockOutcome
{
    private LockOutcome()
    {
    }

    /// <param name="Lock">Disposing gives it back.</param>
    internal sealed record Taken(IDisposable Lock) : LockOutcome;

    /// <summary>There can be no lock here: nothing is known to stand in the way.</summary>
    /// <param name="Reason">In the words of the system.</param>
    internal sealed record Impossible(string Reason) : LockOutcome;

    /// <param name="Owner">Null when the owner has not said who it is.</param>
    internal sealed record Held(string File, LockOwner? Owner) : LockOutcome
    {
        public string Words => $"another agent has this run directory ({Owner?.ToString() ?? "it has not said who it is"})";
    }
}
