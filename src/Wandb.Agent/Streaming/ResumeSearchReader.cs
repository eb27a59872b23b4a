using Wandb.Agent.GraphQL;

namespace Wandb.Agent.Streaming;

/// <summary>
/// Goes through the run files of one run to find where their lines belong on a server that has lines of the run already, when no checkpoint tells it.
/// Reads only; costs one pass over the files.
/// </summary>
internal static class ResumeSearchReader
{
    /// <param name="files">The run files in the order of their start, each with whether the server knows its writer.</param>
    /// <param name="server">What the server has.</param>
    /// <param name="mayGrow">Whether rows may be to come in the files: until the first one is there, nothing tells where they belong.</param>
    /// <returns>The counters for the first file; null when it cannot be told.</returns>
    public static StreamLines? Find(IReadOnlyList<(string Path, bool Begun)> files, RunResumeState server, bool mayGrow, CancellationToken ct)
    {
        var begun = files.Any(file => file.Begun);
        long lastBegun = -1;
        var history = new ResumeSearch(ServerLines.Of(server.HistoryLines, server.HistoryTail));
        var events = new ResumeSearch(ServerLines.Of(server.EventsLines, server.EventsTail));
        long console = 0;
        foreach (var (path, isBegun) in files)
        {
            var first = history.Count;
            var contents = new RunContents(history, events);
            RunContentsReader.Read(path, contents, ct);
            console += contents.ConsoleLines;
            if (isBegun && history.Count > first)
                lastBegun = first;
        }
        if (mayGrow && begun && history.Count == 0 && server.HistoryLines > 0 || history.Decide(begun) is not ResumePoint.At historyAt)
            return null;
        // The server's last line is of an earlier file although a later one was begun: they came in another order, and ours must not come twice.
        if (historyAt.Base > 0 && history.LastMatch < lastBegun)
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
}
