using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Wandb.Agent.Commands;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Logs;

/// <summary>Logs what a watch or a sidecar does: information once for each state of a run, debug for each request.</summary>
internal sealed class LogReporter(ILogger log, TimeProvider time) : ISyncReporter
{
    private readonly WaitLimit _waits = new(time);
    private readonly long _started = time.GetTimestamp();

    // Guards _phases: the phase of each file that was told last.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _phases = new(StringComparer.Ordinal);

    public IDisposable? BeginRun(RunPath run) => log.BeginRun(run);

    public void Problem(PathProblem problem) => log.PathGivesNoRun(problem.Path, problem.Reason);

    public void Progress(RunProgress progress)
    {
        if (progress.Run is not { } run || !Changes(progress, out var isFirst))
            return;
        using var scope = log.BeginRun(run);
        if (isFirst)
            log.RunBegan(progress.File, progress.FileBytes);
        log.RunPhaseChanged(progress.Phase, progress.Rows, progress.ReadBytes);
    }

    public void CheckpointKept(string file, long bytes) => log.CheckpointKept(bytes);

    public void Note(string file, string message) => log.Noted(file, message);

    public void Tried(RequestTry attempt)
    {
        if (!log.IsEnabled(LogLevel.Debug))
            return;
        var (request, milliseconds) = (attempt.Kind.ToString(), Math.Round(attempt.Duration.TotalMilliseconds, 1));
        if (attempt.Status is { } status)
            log.RequestAnswered(request, status, milliseconds);
        else
            log.RequestFailed(request, milliseconds, attempt.Words);
    }

    public void Waiting(string what, string reason, TimeSpan delay, int attempt)
    {
        if (!_waits.Allows(what))
            return;
        var seconds = Math.Round(delay.TotalSeconds, 1);
        if (attempt == 0)
            log.KeepsPace(what, reason, seconds);
        else
            log.Waits(what, reason, attempt + 1, seconds);
    }

    public void Finished(RunReport report)
    {
        lock (_gate)
            _phases.Remove(report.File);
        using var scope = report.Run is { } run ? log.BeginRun(run) : null;
        var (url, details) = (report.Url?.AbsoluteUri ?? "", string.Join("; ", RunText.Details(report)));
        switch (report.Result)
        {
            case SyncResult.Synced:
                log.RunSynced(report.HistoryLines, report.Files, report.Artifacts, report.ExitCode, url, details);
                break;
            case SyncResult.Unfinished:
                log.RunUnfinished(report.HistoryLines, report.Files, report.Artifacts, url, details);
                break;
            case SyncResult.Skipped when report.IsUnproved:
                log.RunUnproved(report.File, details);
                break;
            case SyncResult.Incomplete:
                log.RunIncomplete(details);
                break;
            case SyncResult.Unusable:
                log.RunUnusable(report.File, details);
                break;
            case SyncResult.Skipped or SyncResult.Listed:
                log.RunSkipped(details);
                break;
            default:
                throw new UnreachableException();
        }
        if (report.LostRecords > 0)
            log.RecordsLost(report.File, report.LostRecords, string.Join("; ", report.Lost));
        if (report.SetAside > 0)
            log.ItemsSetAside(report.SetAside);
    }

    public void Close(IReadOnlyList<RunReport> reports, IReadOnlyList<PathProblem> problems)
    {
        var totals = RunText.Totals(reports, problems, time.GetElapsedTime(_started));
        var status = ExitStatus.Of(reports, problems);
        log.AgentEnded(status, totals);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Changes(RunProgress progress, out bool isFirst)
    {
        lock (_gate)
        {
            isFirst = !_phases.TryGetValue(progress.File, out var told);
            if (string.Equals(told, progress.Phase, StringComparison.Ordinal))
                return false;
            _phases[progress.File] = progress.Phase;
            return true;
        }
    }
}
