using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Reporting;

/// <summary>For a pipe or a log: one plain line for each event that matters.</summary>
internal sealed class PlainSyncReporter(TextWriter output, TimeProvider time) : ISyncReporter
{
    private readonly LineOutput _lines = new(output);
    private readonly WaitLimit _waits = new(time);
    private readonly long _started = time.GetTimestamp();

    // Guards _begun: the files whose start was told.
    private readonly Lock _gate = new();
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);

    public void Problem(PathProblem problem) => _lines.Write(RunText.Line(problem));

    public void Progress(RunProgress progress)
    {
        if (progress.Run is null)
            return;
        lock (_gate)
        {
            if (!_begun.Add(progress.File))
                return;
        }
        _lines.Write(RunText.Started(progress));
    }

    public void Note(string file, string message) => _lines.Write(RunText.Note(file, message));

    public void Waiting(string what, string reason, TimeSpan delay, int attempt)
    {
        if (_waits.Allows(what))
            _lines.Write(RunText.Waiting(what, reason, delay, attempt));
    }

    public void Finished(RunReport report) => _lines.Write(RunText.Lines(report));

    public void Close(IReadOnlyList<RunReport> reports, IReadOnlyList<PathProblem> problems) =>
        _lines.Write(RunText.Totals(reports, problems, time.GetElapsedTime(_started)));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
