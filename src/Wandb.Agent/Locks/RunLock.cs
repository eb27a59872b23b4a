using Wandb.Agent.Checkpoints;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Locks;

/// <summary>
/// Keeps two agents from the same run file, by a <see cref="FileLock"/> beside the checkpoint. It is taken for each run file and not for a root:
/// roots overlap, and a sync of one run may go on beside a watch of the others.
/// </summary>
internal static class RunLock
{
    /// <summary>Takes the locks of all files or of none; never waits.</summary>
    /// <param name="runFiles">The files of one run.</param>
    public static LockOutcome Take(IEnumerable<string> runFiles, string stateRoot, LockOwner self)
    {
        var taken = new List<IDisposable>();
        LockOutcome? failed = null;
        foreach (var file in runFiles)
        {
            var outcome = TakeOne(file, stateRoot, self);
            if (outcome is LockOutcome.Taken { Lock: var one })
                taken.Add(one);
            else
                failed = outcome;
            if (failed is LockOutcome.Held)
                break;
        }
        var locks = new Locks(taken);
        if (failed is null || failed is LockOutcome.Impossible && taken.Count > 0)
            return new LockOutcome.Taken(locks);
        locks.Dispose();
        return failed;
    }

    private static LockOutcome TakeOne(string runFile, string stateRoot, LockOwner self)
    {
        try
        {
            return FileLock.Take(Path.Combine(new StateDirectory(runFile, stateRoot).Writable(), Path.GetFileName(runFile) + ".lock"), self);
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return new LockOutcome.Impossible(ReadFailure.Describe(exception));
        }
    }

    private sealed class Locks(IReadOnlyList<IDisposable> files) : IDisposable
    {
        public void Dispose()
        {
            foreach (var file in files)
                file.Dispose();
        }
    }
}
