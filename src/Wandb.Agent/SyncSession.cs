using System.Diagnostics.CodeAnalysis;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Commands;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.Locks;
using Wandb.Agent.Receipts;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>
/// Syncs run files with one server. Files of one run go one after the other, in the order of their start; different runs go side by side.
/// What happens to one run never touches another.
/// </summary>
internal sealed class SyncSession(WandbHttp http, SyncOptions options, ISyncObserver observer, TimeProvider time, SyncEnvironment environment)
{
    private readonly RunPlaces _places = new(options);
    private readonly LockOwner _self = new(Environment.ProcessId, Environment.MachineName, time.GetUtcNow());

    /// <param name="runFiles">Paths of run files.</param>
    /// <returns>One report for each file, in the order of <paramref name="runFiles"/>.</returns>
    public async Task<IReadOnlyList<RunReport>> RunAsync(IReadOnlyList<string> runFiles, CancellationToken ct)
    {
        var heads = runFiles.Select(RunHead.Read).ToList();
        var reports = new Dictionary<string, RunReport>(StringComparer.Ordinal);
        foreach (var head in heads.Where(head => head.Run is null))
            Finish(reports, new RunReport { File = head.Path, Result = SyncResult.Unusable, Message = head.Problem ?? "" });
        var usable = heads.Where(head => head.Run is not null).ToList();
        foreach (var head in options.DryRun ? usable : [])
            Finish(reports, Listed(head));
        if (!options.DryRun && usable.Count > 0)
            await SyncAsync(usable, reports, ct);
        return [.. runFiles.Distinct(StringComparer.Ordinal).Select(path => reports[path])];
    }

    private async Task SyncAsync(List<RunHead> heads, Dictionary<string, RunReport> reports, CancellationToken ct)
    {
        var graphql = new GraphQLClient(http);
        ServerFeatures features;
        try
        {
            var outcome = await ServerFeatures.AskAsync(graphql, ct);
            if (outcome is ApiOutcome<ServerFeatures>.Failed { Cause: ApiFailure.GaveUp or ApiFailure.Refused { Kind: RefusalKind.Unauthorized } } failed)
            {
                foreach (var head in heads)
                    Finish(reports, Failed(head, RunUpsert.Explain(failed.Cause, PathOf(head), "the run", http.Server)) with { Cause = failed.Cause });
                return;
            }
            features = ServerFeatures.OrNone(outcome);
            heads = await WithClearPlacesAsync(heads, graphql, reports, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            foreach (var head in heads)
                Finish(reports, Failed(head, "stopped before anything was sent") with { IsWorthAnotherTry = true });
            return;
        }
        var context = RunContext.For(http, graphql, features, options, observer, time, environment);
        var groups = heads
            .GroupBy(head => PathOf(head))
            .Select(group => group.OrderBy(head => head.Run!.StartTime?.Seconds).ThenBy(head => head.Run!.StartTime?.Nanos).ToList());
        await Parallel.ForEachAsync(groups, new ParallelOptions { MaxDegreeOfParallelism = options.Jobs }, async (group, _) =>
        {
            await SyncGroupAsync(new RunGroup(context, options.Overrides), group, reports, ct);
        });
    }

    /// <summary>Files of one run may spell its place differently: as groups of their own they would be sent side by side, and write over each other.</summary>
    /// <returns>Those whose place is known by now, and those that are synced already.</returns>
    private async Task<List<RunHead>> WithClearPlacesAsync(List<RunHead> heads, GraphQLClient graphql, Dictionary<string, RunReport> reports, CancellationToken ct)
    {
        var places = RunPlaces.Unclear(heads.Select(PathOf));
        var unclear = heads.Where(head => places.Contains(PathOf(head)) && IsToBeSynced(head)).ToList();
        if (unclear.Count == 0)
            return heads;
        var answer = await graphql.SendAsync(Viewer.Request(), ct);
        if (answer is ApiOutcome<ViewerAnswer>.Success { Value.Entity: { Length: > 0 } entity })
        {
            _places.Learn(entity);
            return heads;
        }
        var cause = (answer as ApiOutcome<ViewerAnswer>.Failed)?.Cause;
        foreach (var head in unclear)
            Finish(reports, Failed(head, RunPlaces.Words(PathOf(head), cause?.Words ?? "it names none")) with { IsWorthAnotherTry = true, Cause = cause });
        return [.. heads.Where(head => !unclear.Contains(head))];
    }

    [SuppressMessage("Design", "CA1031", Justification = "The boundary between runs: what goes wrong with one, a bug included, never touches another.")]
    private async Task SyncGroupAsync(RunGroup group, List<RunHead> heads, Dictionary<string, RunReport> reports, CancellationToken ct)
    {
        using var scope = observer.BeginRun(PathOf(heads[0]));
        try
        {
            // A watch may go on for weeks: it is not waited for.
            var outcome = RunLock.Take(heads.Where(IsToBeSynced).Select(head => head.Path), environment.StateRoot, _self);
            if (outcome is LockOutcome.Held held)
            {
                foreach (var head in heads)
                    Finish(reports, Failed(head, $"{held.Words}: left to it"));
                return;
            }
            if (outcome is LockOutcome.Impossible impossible)
                observer.Note(heads[0].Path, $"no lock can be kept here ({impossible.Reason}): see to it that no second agent runs on this directory");
            using var taken = (outcome as LockOutcome.Taken)?.Lock;
            var (parts, leftOut) = LeaveCopiesOut(heads, ct);
            await foreach (var report in group.SyncAsync(parts, ct))
                Finish(reports, report);
            // What became of a copy is what became of the other one: that comes first.
            foreach (var left in leftOut.OrderBy(left => left.IsCopy))
                Finish(reports, left.IsCopy ? Copied(left, reports) : left.Report(PathOf(left.File.Head)));
        }
        catch (Exception exception)
        {
            var reason = RunBoundary.Describe(exception, ct);
            foreach (var head in heads)
            {
                bool isDone;
                lock (reports)
                    isDone = reports.ContainsKey(head.Path);
                if (!isDone)
                    Finish(reports, Failed(head, reason));
            }
        }
    }

    private (IReadOnlyList<RunHead> Parts, IReadOnlyList<LeftOutFile> LeftOut) LeaveCopiesOut(List<RunHead> heads, CancellationToken ct)
    {
        if (heads.Count == 1)
            return (heads, []);
        List<WatchedFile> files = [.. heads.Select(head => WatchedFile.Read(head.Path))];
        var copies = new RunCopies();
        var choice = Choose(growing: null);
        // Somebody may write one of them while they are compared.
        if (choice.Overtaking(file => FileStamp.Of(file.Path)?.Length) is { } grown)
            choice = Choose(grown.Path);
        return ([.. heads.Where(head => choice.Kept.Any(file => string.Equals(file.Path, head.Path, StringComparison.Ordinal)))], choice.LeftOut);

        CopyChoice Choose(string? growing) => copies.Choose(
            files, growing, (file, bytes) => observer.Progress(new RunProgress(file.Path, PathOf(file.Head), LeftOutFile.Comparing, file.Length, bytes, 0)), ct);
    }

    private RunReport Copied(LeftOutFile copy, Dictionary<string, RunReport> reports)
    {
        lock (reports)
        {
            return Failed(copy.File.Head, copy.Words) with
            {
                Result = SyncResult.Skipped,
                IsUnproved = reports.GetValueOrDefault(copy.Of.Path) is not { ExitStatus: ExitStatus.Proved or ExitStatus.LostRecords },
            };
        }
    }

    private RunPath PathOf(RunHead head) => _places.PathOf(head.Run!);

    private RunReport Listed(RunHead head) => Failed(head, "") with
    {
        Result = SyncResult.Listed,
        DisplayName = head.Run!.DisplayName,
        Group = head.Run.RunGroup,
        JobType = head.Run.JobType,
        FileBytes = new FileInfo(head.Path).Length,
        Message = IsToBeSynced(head) ? "would be synced" : "would be skipped: marked as synced",
    };

    private bool IsToBeSynced(RunHead head) =>
        options.IncludeSynced || !new ReceiptStore(new StateDirectory(head.Path, environment.StateRoot), head.Path, environment.Durable).IsMarked;

    private RunReport Failed(RunHead head, string message) =>
        new() { File = head.Path, Result = SyncResult.Incomplete, Run = PathOf(head), Message = message };

    private void Finish(Dictionary<string, RunReport> reports, RunReport report)
    {
        lock (reports)
            reports[report.File] = report;
        observer.Finished(report);
    }
}

/// <summary>What a session takes from its surroundings.</summary>
/// <param name="StateRoot">Folder for the agent's files about run files whose own folder may not be written.</param>
internal sealed record SyncEnvironment(string StateRoot)
{
    public DurableFile Durable { get; init; } = DurableFile.Plain;

    /// <inheritdoc cref="RunDirectoryScan.Listing"/>
    public Action<string> Listing { get; init; } = static _ => { };

    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(2);

    public LiveOptions Live { get; init; } = new();

    /// <inheritdoc cref="StreamFiles.BodyBytes"/>
    public int BodyBytes { get; init; } = StreamFiles.BodyBytes;
}
