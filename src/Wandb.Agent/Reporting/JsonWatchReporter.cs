using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wandb.Agent.Http;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Reporting;

/// <summary>
/// For programs: one JSON object a line at each change of a run's state, and the report of each run as it ends.
/// The log is written beside it.
/// <code>
/// event "state"    file, entity, project, run, state ("rows": catching up; "following": all that is there is on the server;
///                  "artifact NAME", "files": the run has ended; "comparing with a copy": of a large one), rows and bytes acknowledged
/// event "waiting"  what, reason, seconds until the next try: at most every 10 s for each request
/// event absent     the report of RunReportJson
/// </code>
/// </summary>
/// <param name="log">Is told everything too.</param>
internal sealed class JsonWatchReporter(TextWriter output, ISyncReporter log, TimeProvider time) : ISyncReporter
{
    // The line goes to a pipe, never into HTML; the escaping that JSON itself demands is enough.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly LineOutput _objects = new(output);
    private readonly WaitLimit _waits = new(time);

    // Guards _states: the state of each file that was told last.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _states = new(StringComparer.Ordinal);

    public IDisposable? BeginRun(RunPath run) => log.BeginRun(run);

    public void Problem(PathProblem problem) => log.Problem(problem);

    public void CheckpointKept(string file, long bytes) => log.CheckpointKept(file, bytes);

    public void Tried(RequestTry attempt) => log.Tried(attempt);

    public void Progress(RunProgress progress)
    {
        log.Progress(progress);
        lock (_gate)
        {
            if (_states.TryGetValue(progress.File, out var told) && string.Equals(told, progress.Phase, StringComparison.Ordinal))
                return;
            _states[progress.File] = progress.Phase;
        }
        _objects.Write(Line("state", json =>
        {
            json.WriteString("file", progress.File);
            json.WriteString("entity", progress.Run?.Entity);
            json.WriteString("project", progress.Run?.Project);
            json.WriteString("run", progress.Run?.Run);
            json.WriteString("state", progress.Phase);
            json.WriteNumber("rows", progress.Rows);
            json.WriteNumber("bytes", progress.ReadBytes);
        }));
    }

    public void Note(string file, string message) => log.Note(file, message);

    public void Waiting(string what, string reason, TimeSpan delay, int attempt)
    {
        log.Waiting(what, reason, delay, attempt);
        if (!_waits.Allows(what))
            return;
        _objects.Write(Line("waiting", json =>
        {
            json.WriteString("what", what);
            json.WriteString("reason", reason);
            json.WriteNumber("seconds", Math.Round(delay.TotalSeconds, 3));
        }));
    }

    public void Finished(RunReport report)
    {
        log.Finished(report);
        lock (_gate)
            _states.Remove(report.File);
        _objects.Write(RunReportJson.Line(report));
    }

    public void Close(IReadOnlyList<RunReport> reports, IReadOnlyList<PathProblem> problems) => log.Close(reports, problems);

    public ValueTask DisposeAsync() => log.DisposeAsync();

    private static string Line(string kind, Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("event", kind);
            members(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
