using System.Globalization;
using Wandb.Agent.Commands;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Reads along with the files of online runs, which the SDK uploads itself: how many rows are on the disk, and how the run ended. Nothing of
/// them is ever sent. Works beside the session's loop, which owns it.
/// </summary>
internal sealed class OnlineRuns(SyncOptions options, ISyncObserver observer, TimeProvider time)
{
    /// <summary>Runs that were written last before this are history, and not read.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private readonly Dictionary<string, RunFileCounter> _runs = new(StringComparer.Ordinal);
    private Task? _work;

    /// <summary>Begins a look at the files, unless the last one goes on still.</summary>
    /// <param name="settle">Told of files that need no further look.</param>
    public void StartLook(IReadOnlyList<string> files, Action<string> settle, CancellationToken ct)
    {
        if (_work is { IsCompleted: false })
            return;
        var over = files.ToLookup(path => _runs.GetValueOrDefault(path)?.Count.ExitCode is not null || IsHistory(path));
        foreach (var path in over[true])
            settle(path);
        List<string> open = [.. over[false]];
        if (open.Count > 0)
            _work = Task.Run(() => Look(open, ct), CancellationToken.None);
    }

    public Task SettleAsync() => _work ?? Task.CompletedTask;

    private bool IsHistory(string path) => FileStamp.Of(path) is { } stamp && time.GetUtcNow() - stamp.Modified > Recent;

    private void Look(List<string> files, CancellationToken ct)
    {
        foreach (var path in files)
        {
            if (ct.IsCancellationRequested)
                return;
            if (!_runs.TryGetValue(path, out var counter))
                _runs[path] = counter = new RunFileCounter(path, RunFileCount.Nothing, options.ToldSummary);
            try
            {
                if (counter.Look(ct))
                    Tell(path, counter);
            }
            catch (Exception exception) when (ReadFailure.Is(exception))
            {
                // Only looked at: what cannot be read is the SDK's matter.
            }
        }
    }

    private void Tell(string path, RunFileCounter counter)
    {
        var count = counter.Count;
        RunPath? run = counter.Run is { } record ? options.PathOf(record) : null;
        observer.Observed(new RunHead(path, counter.Run, null, null), run, count);
        if (run is not null)
            observer.Progress(new RunProgress(path, run, Phase(count.ExitCode), FileStamp.Of(path)?.Length ?? count.Bytes, count.Bytes, count.Rows));
    }

    private static string Phase(int? exitCode) => exitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"observed, exit {code}") : "observed";
}
