using Wandb.Agent.Locks;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Live;

/// <summary>Keeps two agents from one run: who has it is told once, and it is tried again at the next looks. Where no lock can be kept, the work goes on.</summary>
internal sealed class RunLocks(string stateRoot, TimeSpan poll, ISyncReporter reporter, TimeProvider time)
{
    private bool _isUnlockedTold;

    /// <summary>What other agents are told.</summary>
    public LockOwner Self { get; } = new(Environment.ProcessId, Environment.MachineName, time.GetUtcNow());

    /// <param name="now">Of a clock that only goes on.</param>
    /// <returns>Null when another agent has the run.</returns>
    public IDisposable? TryTake(WatchedRun run, DateTimeOffset now)
    {
        switch (RunLock.Take(run.Files.Select(file => file.Path), stateRoot, Self))
        {
            case LockOutcome.Taken taken:
                run.Obstacle = null;
                return taken.Lock;
            case LockOutcome.Held held:
                run.NotBefore = now + poll;
                if (!string.Equals(run.Obstacle, held.Words, StringComparison.Ordinal))
                    reporter.Note(run.Files[^1].Path, $"{run.Obstacle = held.Words}; waiting for it");
                return null;
            case LockOutcome.Impossible impossible:
                if (!_isUnlockedTold)
                    reporter.Note(run.Files[^1].Path, $"no lock can be kept here ({impossible.Reason}): see to it that no second agent runs on this directory");
                _isUnlockedTold = true;
                return new MemoryStream(0);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
