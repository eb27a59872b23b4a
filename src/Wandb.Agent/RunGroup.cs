using System.Runtime.CompilerServices;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.Receipts;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;
using Wandb.Agent.Uploads;

namespace Wandb.Agent;

/// <summary>
/// Syncs the run files of one run: usually one, several when the run was resumed offline. Their lines follow each other on the server:
/// 1 ask what the server has, 2 pass over files that are proved already, 3 find where each of the others goes on, 4 sync them in order,
/// 5 as long as each comes to its end.
/// </summary>
/// <param name="follow">Has the last file followed while it grows: the others were written by trainers that have gone.</param>
internal sealed class RunGroup(RunContext context, RunOverrides overrides, RunFollow? follow = null)
{
    private RunResumeState? _onServer;
    private StreamLines? _lines;
    private RunState? _earlier;
    private ApiFailure? _cause;

    // Whether all lines of the part before are on the server, whatever became of its files.
    private bool _isSent;

    // Where the server keeps the parts before, and whether one of them has told it just now what the run is called.
    private RunPath? _place;
    private bool _isDescribedAnew;

    // Whether the console that was gathered so far begins with the first line of the run.
    private bool _hasWholeConsole = true;

    /// <param name="heads">In the order of their start; all with a run record.</param>
    public async IAsyncEnumerable<RunReport> SyncAsync(IReadOnlyList<RunHead> heads, [EnumeratorCancellation] CancellationToken ct)
    {
        using var console = new ConsoleSpool(() => new StateDirectory(heads[0].Path, context.StateRoot).Writables());
        var stores = heads.Select(head => new ReceiptStore(new StateDirectory(head.Path, context.StateRoot), head.Path, context.Durable)).ToList();
        var skipped = heads.Select((head, i) => IsSkipped(head, stores[i])).ToList();
        // What the run is called, its config and its summary are those of the last part: an earlier one that was left without an exit record would write over them.
        for (var i = skipped.LastIndexOf(true) - 1; i >= 0; i--)
            skipped[i] |= IsWhole(heads[i], stores[i]);
        // 1
        var problem = skipped.Contains(false) ? await AskServerAsync(heads[0], ct) : null;
        var placing = new PartPlacing(context, _onServer, follow is not null);
        string? closed = null;
        for (var i = 0; i < heads.Count; i++)
        {
            if (i > 0 && _onServer is { Entity: { } entity, Project: { } project })
                _place ??= new RunPath(entity, project, overrides.RunId ?? heads[0].Run!.RunId);
            if (skipped[i])
            {
                // 2
                yield return Skip(heads[i], stores[i]);
                PassOver(heads[i], stores[i], console, needed: skipped.IndexOf(false, i) >= 0, ct);
                continue;
            }
            // 3
            var place = problem is null ? placing.Of([.. heads.Skip(i)], _lines, closed, ct) : new PartPlace.Unknown(problem);
            if (place is not PartPlace.Found found)
            {
                problem = (place as PartPlace.Unknown)?.Problem;
                closed ??= heads[i].Path;
                (_lines, _hasWholeConsole) = (null, false);
                yield return Failed(heads[i], problem ?? ((PartPlace.Closed)place).Problem) with { Cause = _cause };
                continue;
            }
            // 4
            var report = await SyncPartAsync([.. heads.Skip(i)], found, console, ct);
            yield return report;
            // 5
            if (report is { Result: SyncResult.Incomplete, IsWorthAnotherTry: true } && !_isSent)
                (problem, _cause) = ($"its lines follow those of {heads[i].Path}, which is not on the server yet", report.Cause);
        }
    }

    private bool IsSkipped(RunHead head, ReceiptStore store) =>
        store.IsMarked && !context.Options.IncludeSynced
        && (store.Load() is not { } receipt || new FileInfo(head.Path).Length == receipt.RunFile.LengthBytes && (store.HasMarker || store.IsOfFile(receipt)));

    /// <summary>Whether all of a file is proved that has no marker, because it has no exit record.</summary>
    private bool IsWhole(RunHead head, ReceiptStore store) =>
        !context.Options.IncludeSynced && store.Load() is { } receipt && new FileInfo(head.Path).Length == receipt.RunFile.LengthBytes && store.IsOfFile(receipt);

    private async Task<string?> AskServerAsync(RunHead head, CancellationToken ct)
    {
        var path = new RunPath(
            overrides.Entity ?? Given(head.Run!.Entity) ?? context.Options.DefaultEntity ?? "",
            overrides.Project ?? Given(head.Run!.Project) ?? context.Options.DefaultProject ?? "",
            overrides.RunId ?? head.Run!.RunId);
        try
        {
            switch (await context.GraphQL.SendAsync(RunResumeStatus.Request(path), ct))
            {
                case ApiOutcome<RunResumeAnswer>.Success success:
                    _onServer = success.Value.Run;
                    return null;
                case ApiOutcome<RunResumeAnswer>.Failed { Cause: ApiFailure.Refused { Kind: RefusalKind.NotFound } }:
                    // A project that does not exist yet has no run. Any other refusal says nothing about the run.
                    return await MakeAsync(path, ct);
                case ApiOutcome<RunResumeAnswer>.Failed failed:
                    _cause = failed.Cause;
                    return RunUpsert.Explain(failed.Cause, path, "the run", context.Server);
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return "stopped before anything was sent";
        }
    }

    /// <summary>Makes a run that is not known, with nothing in it: what the server has of it all the same is not written over.</summary>
    /// <returns>Why it cannot be sent; null when it can.</returns>
    private async Task<string?> MakeAsync(RunPath path, CancellationToken ct)
    {
        var variables = new UpsertBucketVariables { Name = path.Run, Entity = Given(path.Entity), Project = Given(path.Project) };
        switch (await context.GraphQL.SendAsync(UpsertBucket.Request(variables), ct))
        {
            case ApiOutcome<UpsertedBucket>.Success success:
                _cause = RunAnnouncer.Contradiction(success.Value);
                break;
            case ApiOutcome<UpsertedBucket>.Failed failed:
                _cause = failed.Cause;
                break;
        }
        return _cause is null ? null : RunUpsert.Explain(_cause, path, "the run", context.Server);
    }

    /// <summary>The lines of the next file follow those of a file that was passed over; its console belongs to output.log.</summary>
    private void PassOver(RunHead head, ReceiptStore store, ConsoleSpool console, bool needed, CancellationToken ct)
    {
        if (!needed)
            return;
        var receipt = store.Load() is { } kept && IsOfThisServer(kept) ? kept : null;
        _lines = receipt?.EndOfStreams() is { } end ? WithServerCounts(end) : null;
        _hasWholeConsole &= receipt?.Streams.GetValueOrDefault(StreamFiles.Console)?.FirstLine is not > 0;
        ConsoleReplay.Into(console, head.Path, long.MaxValue, isWhole: true, ct);
    }

    private StreamLines WithServerCounts(StreamLines lines) => lines with
    {
        History = lines.History with { OnServer = _onServer?.HistoryLines ?? 0 },
        Events = lines.Events with { OnServer = _onServer?.EventsLines ?? 0 },
    };

    /// <param name="heads">The file, and those of the run that follow it.</param>
    private async Task<RunReport> SyncPartAsync(IReadOnlyList<RunHead> heads, PartPlace.Found place, ConsoleSpool console, CancellationToken ct)
    {
        var (head, isLast) = (heads[0], heads.Count == 1);
        var trainers = new RunTrainers(heads, _onServer?.Config);
        var writers = ServerConfig.WritersIn(_onServer?.Config);
        var part = new RunPart
        {
            Lines = place.Lines,
            End = place.End,
            Earlier = _earlier,
            Console = console,
            HasWholeConsole = _hasWholeConsole,
            OtherWriters = head.WriterId is { } writer ? ServerConfig.Except(writers, writer) : writers,
            OnServer = _onServer,
            IsBegun = trainers.Knows(head),
            HasTrainersElsewhere = trainers.Others.AreThere,
            Place = _place,
            IsDescribedAnew = _isDescribedAnew,
            Checkpoint = place.Checkpoint,
            Follow = isLast ? follow : null,
            IsLast = isLast,
        };
        RunPipeline pipeline;
        _isSent = false;
        try
        {
            pipeline = new RunPipeline(context, head, part, overrides);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failed(head, $"cannot be read: {ReadFailure.Describe(exception)}");
        }
        using (pipeline)
        {
            var report = await pipeline.RunAsync(ct);
            _isSent = pipeline.IsSent;
            _place = pipeline.Place ?? _place;
            _isDescribedAnew |= pipeline.HasDescribed;
            _earlier = pipeline.Replay.State;
            _hasWholeConsole = pipeline.HasWholeConsole;
            var end = pipeline.Replay.Stream.Lines;
            _lines = WithServerCounts(new StreamLines(
                new LineCounter(end.History.Next, 0, 0), new LineCounter(end.Events.Next, 0, 0), new LineCounter(end.Console.Next, 0, 0)));
            foreach (var line in _earlier.Console?.EditableLines ?? [])
                console.Add(line);
            return report;
        }
    }

    private RunReport Skip(RunHead head, ReceiptStore store)
    {
        var receipt = store.Load();
        return new RunReport
        {
            File = head.Path,
            Result = SyncResult.Skipped,
            Run = new RunPath(head.Run!.Entity, head.Run.Project, head.Run.RunId),
            // The real client marks runs of which it lost files or rows.
            IsUnproved = receipt is null || !IsOfThisServer(receipt),
            Message = receipt switch
            {
                null => "marked as synced by another program, not proved: there is no receipt (--include-synced compares it with the server)",
                _ when !IsOfThisServer(receipt) => $"synced before with {receipt.Server}, not proved on this server (--include-synced sends it to this server too)",
                _ => "synced before, see its receipt",
            },
        };
    }

    private bool IsOfThisServer(Receipt receipt) => string.Equals(receipt.Server, context.Server.BaseUrl.AbsoluteUri, StringComparison.Ordinal);

    private static RunReport Failed(RunHead head, string message) => new()
    {
        File = head.Path,
        Result = SyncResult.Incomplete,
        IsWorthAnotherTry = true,
        Run = new RunPath(head.Run!.Entity, head.Run.Project, head.Run.RunId),
        Message = message,
    };

    private static string? Given(string text) => text.Length > 0 ? text : null;
}
