using System.Diagnostics;
using System.Globalization;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Receipts;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>
/// Finds where the lines of a run file go on the server: 1 where its checkpoint says, 2 behind the part before it, 3 where a comparison with the server finds
/// them; 4 and never where lines of another part stand: parts of a run may have come from other folders and machines since.
/// </summary>
/// <param name="onServer">What the server has; null when it does not know the run.</param>
/// <param name="mayGrow">Whether the last file is followed.</param>
internal sealed class PartPlacing(RunContext context, RunResumeState? onServer, bool mayGrow)
{
    /// <param name="heads">The file, and those of the run that follow it.</param>
    /// <param name="behind">Where the part before it ends; null: nobody knows.</param>
    /// <param name="closed">A part before it that cannot go on; null: there is none.</param>
    public PartPlace Of(IReadOnlyList<RunHead> heads, StreamLines? behind, string? closed, CancellationToken ct)
    {
        try
        {
            // 1
            var checkpoint = UsableCheckpoint(heads[0]) is { } kept ? Behind(kept, behind) : null;
            // 2
            if ((checkpoint?.Lines ?? behind) is { } lines)
                return Check(heads, lines, checkpoint, ct);
            // 3
            return closed is null ? Compare(heads, ct) : new PartPlace.Closed($"its lines follow those of {closed}, which cannot go on");
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return new PartPlace.Unknown("stopped before anything was sent");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new PartPlace.Closed($"cannot be read: {ReadFailure.Describe(exception)}");
        }
    }

    /// <summary>
    /// The checkpoint of a run file, if it is true: the file still begins as it did, the server and its run are the same, and the server has
    /// at least the rows that it claims. A run that was marked as synced is looked at anew, and so is one of which the server was never told.
    /// </summary>
    private Checkpoint? UsableCheckpoint(RunHead head)
    {
        var state = new StateDirectory(head.Path, context.StateRoot);
        if (onServer is not { } server || new ReceiptStore(state, head.Path, context.Durable).IsMarked)
            return null;
        var problems = new List<string>();
        Checkpoint? usable = null;
        foreach (var stored in new CheckpointStore(state, head.Path, context.Durable).Stored().ToList())
        {
            if (stored.Checkpoint is { } checkpoint && !CheckpointTruth.IsOf(checkpoint, context.Server.BaseUrl.AbsoluteUri, server))
                continue;
            if ((stored.Problem ?? ProblemOf(stored.Checkpoint!, head, server)) is not { } problem)
            {
                usable = stored.Checkpoint;
                break;
            }
            var place = CheckpointStore.SetAside(stored.Path) is { } kept ? $"set aside as {kept}" : "passed over";
            problems.Add($"the checkpoint {stored.Path} is {problem}: {place}");
        }
        foreach (var problem in problems)
            context.Observer.Note(head.Path, $"{problem}, and {(usable is null ? "the file is compared with the server" : "an earlier one is used")}");
        // Nothing of the file is there yet: it begins behind what others have sent since.
        return usable is { WasAnnounced: false } && new RunTrainers([head], server.Config).Knows(head) is false ? null : usable;
    }

    private static string? ProblemOf(Checkpoint checkpoint, RunHead head, RunResumeState server)
    {
        using var file = RunFileReader.Open(head.Path, 0);
        return CheckpointTruth.Problem(checkpoint, file.ReadStart(RunFileFormat.BlockBytes), file.CurrentLength, server);
    }

    /// <summary>A part before it may have got more lines since: where the file has none yet, it begins behind them.</summary>
    private static Checkpoint Behind(Checkpoint checkpoint, StreamLines? before) => before is not { } lines ? checkpoint : checkpoint with
    {
        History = Behind(checkpoint.History, lines.History),
        Events = Behind(checkpoint.Events, lines.Events),
        Console = Behind(checkpoint.Console, lines.Console),
    };

    private static LineCounter Behind(LineCounter own, LineCounter before) => own.Count == 0 && own.Base < before.Next ? own with { Base = before.Next } : own;

    // 4
    private PartPlace Check(IReadOnlyList<RunHead> heads, StreamLines lines, Checkpoint? checkpoint, CancellationToken ct)
    {
        if (onServer is not { } server)
            return new PartPlace.Found(lines, checkpoint, null);
        return LinesBehindReader.Read(heads, lines, checkpoint, server, ct) switch
        {
            LinesBehind.Free free => new PartPlace.Found(lines, checkpoint, free.End),
            LinesBehind.Taken taken => new PartPlace.Closed(Words(heads[0], taken.Stream)),
            _ => throw new UnreachableException(),
        };
    }

    private static string Words(RunHead head, StreamBehind stream) => string.Create(
        CultureInfo.InvariantCulture,
        $"another part of run {head.Run!.RunId} stands on the server where {head.Path} would go on: of its {Units.Count(stream.OnServer, stream.Noun)} "
        + $"numbers {stream.Next} to {stream.OnServer - 1} are not of this file, whose next {Units.Count(stream.Left, stream.Noun)} would be written over them and {(stream.Left == 1 ? "is" : "are")} "
        + $"not sent. The server keeps what it has; to have all of this file, sync its directory alone as a run of its own, with --id");

    private PartPlace Compare(IReadOnlyList<RunHead> heads, CancellationToken ct)
    {
        if (onServer is not { HasLines: true } server)
            return new PartPlace.Found(default, null, null);
        if (mayGrow && heads.FirstOrDefault(GrowingHead.IsTooShort) is { } tooShort)
            return new PartPlace.Unknown($"the server has {server.HistoryLines} rows of this run, and {Path.GetFileName(tooShort.Path)} is too short to tell whether they are its own: "
                + "waiting for its first block");
        var trainers = new RunTrainers(heads, server.Config);
        if (ResumeSearchReader.Find([.. heads.Select(head => (head.Path, trainers.Knows(head) is true))], server, trainers.Others, mayGrow, ct) is { } lines)
            return new PartPlace.Found(lines, null, null);
        return new PartPlace.Unknown(
            (server.HistoryLines > 0
                ? $"the server has {server.HistoryLines} rows of this run, and the last one is of another part than expected: which rows of this file it has cannot be told, "
                : "the server has system metrics or console lines of this run, and no row of it: which of them are of this file cannot be told, ")
            + "so none is sent. " + (heads.Count == 1
                ? "Give all directories of the run in one command, with --include-synced"
                : "If its parts were synced in another order than they were started, the rows are there: compare with wandb-agent verify"));
    }
}
