using Wandb.Agent.GraphQL;
using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;

namespace Wandb.Agent.Streaming;

/// <summary>
/// Goes through the run files of one run to find where their lines belong on a server that has lines of the run already, when no checkpoint tells it.
/// Reads only; costs one pass over the files.
/// </summary>
internal static class ResumeSearchReader
{
    /// <param name="paths">The run files in the order of their start.</param>
    /// <param name="server">What the server has.</param>
    /// <param name="begun">See <see cref="ResumeSearch.Decide"/>.</param>
    /// <returns>The counters for the first file; null when it cannot be told.</returns>
    public static StreamLines? Find(IReadOnlyList<string> paths, RunResumeState server, bool begun, CancellationToken ct)
    {
        var history = new ResumeSearch(new ServerLines(server.HistoryLines, Fingerprint(server.HistoryTail)));
        var events = new ResumeSearch(new ServerLines(server.EventsLines, Fingerprint(server.EventsTail)));
        long console = 0;
        foreach (var path in paths)
            console += Pass(path, history, events, ct);
        if (history.Decide(begun) is not ResumePoint.At historyAt)
            return null;
        var isFirst = historyAt.Base == 0;
        var eventsBase = events.Decide(begun: false) is ResumePoint.At eventsAt && !isFirst ? eventsAt.Base : 0;
        // The server names no console line. The first part of a run begins at 0; of a later one the lines are the last that it has.
        var consoleBase = isFirst ? 0 : begun || history.Count > 0 && server.HistoryLines > historyAt.Base
            ? Math.Max(0, server.ConsoleLines - console)
            : server.ConsoleLines;
        return new StreamLines(
            new LineCounter(historyAt.Base, 0, server.HistoryLines),
            new LineCounter(eventsBase, 0, isFirst ? 0 : server.EventsLines),
            new LineCounter(consoleBase, 0, 0));
    }

    private static ulong? Fingerprint(IReadOnlyList<string> tail) =>
        tail.Count == 0 ? null : RowFingerprint.OfLine(System.Text.Encoding.UTF8.GetBytes(tail[^1]));

    /// <returns>Console lines of the file.</returns>
    private static long Pass(string path, ResumeSearch history, ResumeSearch events, CancellationToken ct)
    {
        using var reader = RunFileReader.Open(path, 0);
        var state = new RunState(RunOverrides.None);
        var line = new LineBuffer(512);
        for (long records = 0; ; records++)
        {
            if (records % 1024 == 0)
                ct.ThrowIfCancellationRequested();
            var result = reader.Next();
            if (result.Kind == RecordReadKind.NeedMoreData)
                return state.Console?.NextNumber ?? 0;
            if (result.Kind == RecordReadKind.Corrupt || !RecordEnvelope.TryParse(result.Payload, out var record))
                continue;
            switch (record.Kind)
            {
                case RecordKind.History when RowFingerprint.OfHistory(record.Body, state.Paths) is { } fingerprint:
                    history.Add(fingerprint);
                    break;
                case RecordKind.Stats:
                    line.Clear();
                    if (EventLine.Append(record.Body, state.Start, line) == RowOutcome.Appended)
                        events.Add(RowFingerprint.OfLine(line.WrittenSpan));
                    break;
                case RecordKind.Run or RecordKind.Output or RecordKind.OutputRaw or RecordKind.OutputLogger:
                    state.Apply(record, reader.RecordStart);
                    state.Console?.TakeChanges();
                    break;
            }
        }
    }
}
