using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Telemetry;

/// <summary>Counts what it passes on.</summary>
/// <param name="spans">Null: no traces are wanted.</param>
internal sealed class MeteredReporter(ISyncReporter inner, AgentMetrics? metrics, RequestSpans? spans) : ISyncReporter
{
    public bool WantsFacts => metrics is not null || inner.WantsFacts;

    public void Found(RunHead head, RunPath? run, RunFileCount kept) => inner.Found(head, run, kept);

    public void Observed(RunHead head, RunPath? run, RunFileCount count) => inner.Observed(head, run, count);

    public void Facts(RunFacts facts)
    {
        metrics?.Facts(facts);
        inner.Facts(facts);
    }

    public void CheckpointKept(string file, long bytes)
    {
        metrics?.CheckpointKept(file, bytes);
        inner.CheckpointKept(file, bytes);
    }

    public void CheckpointFailed(string file, string problem)
    {
        metrics?.CheckpointFailed();
        inner.CheckpointFailed(file, problem);
    }

    public void Finished(RunReport report)
    {
        metrics?.Finished(report);
        inner.Finished(report);
    }

    public void Tried(RequestTry attempt)
    {
        metrics?.Tried(attempt);
        spans?.Tried(attempt);
        inner.Tried(attempt);
    }

    public IDisposable? BeginRun(RunPath run) => inner.BeginRun(run);

    public void Progress(RunProgress progress) => inner.Progress(progress);

    public void Note(string file, string message) => inner.Note(file, message);

    public void Waiting(string what, string reason, TimeSpan delay, int attempt) => inner.Waiting(what, reason, delay, attempt);

    public void Hindered(string subject, string? words) => inner.Hindered(subject, words);

    public void Problem(PathProblem problem) => inner.Problem(problem);

    public void Close(IReadOnlyList<RunReport> reports, IReadOnlyList<PathProblem> problems) => inner.Close(reports, problems);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
