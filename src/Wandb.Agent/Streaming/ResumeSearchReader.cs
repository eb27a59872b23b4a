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
    /// <param name="others">Parts of the run that are not among the files.</param>
    /// <param name="mayGrow">Whether rows may be to come in the files: until the first one is there, nothing tells where they belong.</param>
    /// <returns>The counters for the first file; null when it cannot be told.</returns>
    public static StreamLines? Find(IReadOnlyList<(string Path, bool Begun)> files, RunResumeState server, OtherParts others, bool mayGrow, CancellationToken ct)
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
        if (others.AreThere && !begun && history.LastMatch is null)
            return BehindAll(server);
        if (mayGrow && begun && history.Count == 0 && server.HistoryLines > 0 || history.Decide(begun) is not ResumePoint.At historyAt)
            return null;
        // The server's last line is of an earlier file although a later one was begun: they came in another order, and ours must not come twice.
        if (historyAt.Base > 0 && history.LastMatch < lastBegun)
            return null;
        if (IsFirst(historyAt.Base, history, events, others) is not { } isFirst)
            return null;
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

    /// <summary>Where the server knows other writers and none of ours, all that it has is theirs: a part that ended before its first row has left events and console lines.</summary>
    private static StreamLines BehindAll(RunResumeState server) => new(
        new LineCounter(server.HistoryLines, 0, server.HistoryLines),
        new LineCounter(server.EventsLines, 0, server.EventsLines),
        new LineCounter(server.ConsoleLines, 0, 0));

    /// <summary>Whether events and console lines of the files are the first of the run: those of an earlier part without rows show in no row.</summary>
    /// <returns>Null when it cannot be told: there is such a part, and no line of ours is known again.</returns>
    private static bool? IsFirst(long historyBase, ResumeSearch history, ResumeSearch events, OtherParts others)
    {
        // Of files without rows, only that every other part began later shows that they come first.
        if (!others.AreEarlier)
            return historyBase == 0 || others.AreThere && history.Count == 0;
        return historyBase == 0 && history.LastMatch is null && events.LastMatch is null ? null : false;
    }
}

/// <summary>Parts of a run that are not at hand, as far as the server knows who wrote them.</summary>
/// <param name="AreThere">There are some.</param>
/// <param name="AreEarlier">One of them began before the first part that is at hand.</param>
internal readonly record struct OtherParts(bool AreThere, bool AreEarlier);
