using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Reporting;

/// <summary>
/// For programs: one JSON object a line for each run as it ends (<see cref="RunReportJson"/>).
/// Everything else goes to the error stream as plain lines.
/// </summary>
internal sealed class JsonSyncReporter(TextWriter output, TextWriter error, TimeProvider time) : ISyncReporter
{
    private readonly LineOutput _objects = new(output);
    private readonly PlainSyncReporter _words = new(error, time);

    public void Problem(PathProblem problem) => _words.Problem(problem);

    public void Progress(RunProgress progress)
    {
    }

    public void Note(string file, string message) => _words.Note(file, message);

    public void Waiting(string what, string reason, TimeSpan delay, int attempt) => _words.Waiting(what, reason, delay, attempt);

    public void Finished(RunReport report) => _objects.Write(RunReportJson.Line(report));

    public void Close(IReadOnlyList<RunReport> reports, IReadOnlyList<PathProblem> problems)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
