using Wandb.Agent.Checkpoints;
using Wandb.Agent.GraphQL;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;

namespace Wandb.Agent.Streaming;

/// <summary>
/// Compares what the server has behind the lines of a run file that are known to be there with what comes next in the file, and in those that follow it.
/// Reads only, and no further than needed: usually what one request holds.
/// </summary>
internal static class LinesBehindReader
{
    // Of so many the upload of a file gives up.
    private const int MayBeRefused = UploadLoop.MaxRefusals;

    /// <param name="heads">The file, and those of the run that follow it.</param>
    /// <param name="lines">Where it goes on.</param>
    /// <param name="checkpoint">Null: it goes on at its start.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static LinesBehind Read(IReadOnlyList<RunHead> heads, StreamLines lines, Checkpoint? checkpoint, RunResumeState server, CancellationToken ct)
    {
        var history = ServerLines.Of(Math.Max(0, server.HistoryLines - lines.History.Next), server.HistoryTail);
        var events = ServerLines.Of(Math.Max(0, server.EventsLines - lines.Events.Next), server.EventsTail);
        if (history.Lines == 0 && events.Lines == 0 && server.ConsoleLines <= lines.Console.Next)
            return new LinesBehind.Free(null);
        var own = Searches.For(history, events, MayBeRefused);
        var contents = new RunContents(own.History, own.Events, checkpoint is null ? null : RunState.FromSnapshot(checkpoint.State, RunOverrides.None));
        RunContentsReader.Read(heads[0].Path, checkpoint?.Offset ?? 0, contents, () => own.AreFound, ct);
        var later = Searches.For(history with { Lines = history.Lines - own.History.Count }, events with { Lines = events.Lines - own.Events.Count }, 0);
        foreach (var head in own.AreFound ? [] : heads.Skip(1).TakeWhile(_ => later.AreMissing))
            RunContentsReader.Read(head.Path, 0, new RunContents(later.History, later.Events), () => later.AreFound, ct);
        var console = Math.Max(0, contents.ConsoleLines - lines.Console.Count) + (checkpoint?.ConsoleDue is null ? 0 : 1);
        var writers = ServerConfig.WritersIn(server.Config);
        return LinesBehind.Of(
            new StreamBehind("row", lines.History.Next, server.HistoryLines, contents.HistoryLines, IsOurs(own.History, later.History)),
            new StreamBehind("event", lines.Events.Next, server.EventsLines, contents.EventLines, IsOurs(own.Events, later.Events)),
            new StreamBehind("console line", lines.Console.Next, server.ConsoleLines, console, null),
            heads[0].WriterId is { } writer && RecordTime.ToTime(heads[0].Run?.StartTime) is { } start && LinesBehind.HasLater(ServerConfig.Except(writers, writer), start));
    }

    private static bool? IsOurs(ResumeSearch own, ResumeSearch later) =>
        own.Server.Last is null ? null : own.IsFound || later.Server.Lines > 0 && later.IsFound;

    /// <param name="History">Looks for the last row of the server.</param>
    /// <param name="Events">Looks for its last line of system metrics.</param>
    private readonly record struct Searches(ResumeSearch History, ResumeSearch Events)
    {
        /// <summary>Whether both are found, and as many lines were gone through as the server has.</summary>
        public bool AreFound => History.Server.Lines + Events.Server.Lines > 0 && History.IsFound && Events.IsFound && !AreMissing;

        /// <summary>Whether the server has more lines than were gone through.</summary>
        public bool AreMissing => History.Count < History.Server.Lines || Events.Count < Events.Server.Lines;

        public static Searches For(ServerLines history, ServerLines events, int mayBeRefused) => new(new ResumeSearch(history, mayBeRefused), new ResumeSearch(events, mayBeRefused));
    }
}
