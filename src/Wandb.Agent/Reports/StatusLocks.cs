using Wandb.Agent.Locks;

namespace Wandb.Agent.Reports;

/// <summary>
/// The status files that this agent writes and no other one may, with a lock in the folder of each. Used by one loop.
/// </summary>
internal sealed class StatusLocks(LockOwner self) : IDisposable
{
    private const string Name = StatusFile.Name + ".lock";

    private readonly Dictionary<string, IDisposable> _taken = new(StringComparer.Ordinal);

    /// <param name="folder">Is there.</param>
    /// <returns>Who has it; null when we do, or when there can be no lock here: then nothing is known to stand in the way.</returns>
    public LockOutcome.Held? Take(string folder)
    {
        if (_taken.ContainsKey(folder))
            return null;
        var outcome = FileLock.Take(Path.Combine(folder, Name), self);
        if (outcome is LockOutcome.Taken { Lock: var taken })
            _taken.Add(folder, taken);
        return outcome as LockOutcome.Held;
    }

    public void Dispose()
    {
        foreach (var taken in _taken.Values)
            taken.Dispose();
        _taken.Clear();
    }
}
