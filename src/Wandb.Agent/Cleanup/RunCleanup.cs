using Wandb.Agent.Checkpoints;
using Wandb.Agent.Locks;
using Wandb.Agent.Receipts;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Cleanup;

/// <summary>
/// Removes run directories that are proved to be on the server, some time after they were (<c>--delete-after</c>). Works beside the session's
/// loop, which owns it; what keeps a directory is told once.
/// </summary>
/// <param name="server">The server's base URL: a proof of another one is none.</param>
internal sealed class RunCleanup(TimeSpan age, string server, SyncEnvironment environment, LockOwner self, ISyncObserver observer, TimeProvider time)
{
    /// <summary>A directory that could not be removed is looked at again after this.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DateTimeOffset> _due = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private Task? _work;

    /// <summary>Begins with what is due, unless the last turn goes on still.</summary>
    /// <param name="finished">Run files whose runs are over.</param>
    public void StartDue(IEnumerable<string> finished, CancellationToken ct)
    {
        if (_work is { IsCompleted: false })
            return;
        var now = time.GetUtcNow();
        List<string> due = [.. finished.Where(file => _due.GetValueOrDefault(file) <= now)];
        if (due.Count > 0)
            _work = Task.Run(() => due.ForEach(file => Clean(file, ct)), CancellationToken.None);
    }

    public Task SettleAsync() => _work ?? Task.CompletedTask;

    private void Clean(string runFile, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return;
        var now = time.GetUtcNow();
        _due[runFile] = now + Again;
        try
        {
            var receipts = new ReceiptStore(new StateDirectory(runFile, environment.StateRoot), runFile, environment.Durable);
            switch (new RunDirectoryAudit(runFile, receipts, server, age).Run(now))
            {
                case AuditResult.TooYoung young:
                    _due[runFile] = young.Until;
                    break;
                case AuditResult.Kept kept:
                    Tell(runFile, $"not removed: {kept.Reason}");
                    break;
                case AuditResult.Covered covered:
                    Remove(runFile, covered);
                    break;
            }
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            // Somebody else may have removed it.
            if (File.Exists(runFile))
                Tell(runFile, $"not removed: {ReadFailure.Describe(exception)}");
        }
    }

    private void Remove(string runFile, AuditResult.Covered covered)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(runFile)) ?? "/";
        switch (RunLock.Take([runFile], environment.StateRoot, self))
        {
            case LockOutcome.Held held:
                Tell(runFile, $"not removed: {held.Words}");
                break;
            case LockOutcome.Taken taken:
                using (taken.Lock)
                    Tell(directory, DirectoryRemoval.Remove(directory, WithLock(covered.Files, runFile), WithOurs(covered.Directories)) is { } problem
                        ? $"not wholly removed: {problem}"
                        : $"removed: all of it is on the server as {covered.Run}");
                break;
            case LockOutcome.Impossible impossible:
                Tell(runFile, $"not removed: no lock can be kept there ({impossible.Reason})");
                break;
        }
    }

    // Taking the lock may just have made its file and our folder.
    private static List<string> WithLock(IEnumerable<string> files, string runFile) =>
        [.. files.Prepend($"{StateDirectory.FolderName}/{Path.GetFileName(runFile)}.lock").Distinct(StringComparer.Ordinal)];

    private static List<string> WithOurs(IEnumerable<string> directories) =>
        [.. directories.Append(StateDirectory.FolderName).Distinct(StringComparer.Ordinal)];

    private void Tell(string path, string words)
    {
        if (_told.Add($"{path}\n{words}"))
            observer.Note(path, words);
    }
}
