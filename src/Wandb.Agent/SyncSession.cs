using Wandb.Agent.Commands;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;

namespace Wandb.Agent;

/// <summary>PLACEHOLDER until the engine is merged: answers that nothing can be synced.</summary>
internal sealed class SyncSession(WandbHttp http, SyncOptions options, ISyncObserver observer, TimeProvider time, SyncEnvironment environment)
{
    public Task<IReadOnlyList<RunReport>> RunAsync(IReadOnlyList<string> runFiles, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        IReadOnlyList<RunReport> reports = [.. runFiles.Select(file => new RunReport
        {
            File = file,
            Result = SyncResult.Unusable,
            Message = $"this build has no engine (server {http.Server}, state in {environment.StateRoot}, {options.Jobs} jobs)",
            Duration = time.GetElapsedTime(started),
        })];
        foreach (var report in reports)
            observer.Finished(report);
        return Task.FromResult(reports);
    }
}

/// <summary>PLACEHOLDER.</summary>
internal sealed record SyncEnvironment(string StateRoot);
