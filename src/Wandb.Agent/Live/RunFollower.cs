using System.Diagnostics.CodeAnalysis;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Http;
using Wandb.Agent.Receipts;
using Wandb.Agent.Reporting;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Live;

/// <summary>Deals with the files of one run, beside the session's loop. Safe for concurrent use by many runs.</summary>
internal sealed class RunFollower(RunContext context, WatchOptions options, ISyncReporter reporter, SendingLine line)
{
    /// <summary>Leaves files alone of which it is not known with which others they go.</summary>
    /// <param name="untold">Why the server does not tell it.</param>
    /// <returns>As <see cref="FollowAsync"/>.</returns>
    public IReadOnlyList<RunReport> Leave(RunPath key, IReadOnlyList<WatchedFile> files, ApiFailure untold)
    {
        List<RunReport> reports =
        [
            .. files.Select(file => new RunReport
            {
                File = file.Path, Result = SyncResult.Incomplete, Run = key, IsWorthAnotherTry = true, Message = RunPlaces.Words(key, untold.Words), Cause = untold,
            }),
        ];
        reports.ForEach(reporter.Finished);
        return reports;
    }

    /// <param name="ending">Asks to end in order.</param>
    /// <param name="ct">Ends at once.</param>
    /// <returns>A report for each file but copies, the parts of the run last and in their order; never an exception.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "The boundary between runs: what goes wrong with one, a bug included, is told and never touches another.")]
    public async Task<IReadOnlyList<RunReport>> FollowAsync(
        WatchedRun run, RunPath key, IReadOnlyList<WatchedFile> files, CancellationToken ending, CancellationToken ct)
    {
        var reports = new List<RunReport>();
        using var scope = reporter.BeginRun(key);
        var parts = files;
        IReadOnlyList<RunReport> leftOut = [];
        try
        {
            using var turn = new SendingTurn(line);
            await turn.EnterAsync(ct);
            var choice = run.LeaveCopiesOut(files, (file, bytes) => reporter.Progress(new RunProgress(file.Path, key, LeftOutFile.Comparing, file.Length, bytes, 0)), ct);
            parts = choice.Kept;
            leftOut = [.. choice.LeftOut.Where(left => !left.IsCopy).Select(left => left.Report(key))];
            Tell(choice.LeftOut);
            var held = context with { Options = context.Options with { HoldsOpen = run.MayBeHeldOpen } };
            var group = new RunGroup(held, options.Sync.Overrides, new RunFollow(options.Live, turn, ending));
            await foreach (var report in group.SyncAsync([.. parts.Select(file => file.Head)], ct))
                Add(report);
        }
        catch (Exception exception)
        {
            var reason = RunBoundary.Describe(exception, ct);
            foreach (var file in parts.Skip(reports.Count))
                Add(new RunReport { File = file.Path, Result = SyncResult.Incomplete, Run = key, IsWorthAnotherTry = true, Message = reason });
        }
        return [.. leftOut, .. reports];

        void Tell(IReadOnlyList<LeftOutFile> files)
        {
            foreach (var left in files.Where(run.IsNews))
            {
                if (left.IsCopy)
                    reporter.Note(left.File.Path, $"{left.Words}: left alone");
                else
                    reporter.Finished(left.Report(key));
            }
        }

        long RowsProved(string file) =>
            new ReceiptStore(new StateDirectory(file, context.StateRoot), file, context.Durable).Load()?.Streams.GetValueOrDefault(StreamFiles.History)?.Lines ?? 0;

        void Add(RunReport report)
        {
            // Whoever waits for the end of a job must learn that this run has none.
            if (options.ExitWhenDone && run.IsLetGo && report is { Result: SyncResult.Unfinished, IsGrowing: false })
                report = report with { IsGivenUp = true };
            // Of marked runs a watch says nothing, whatever proves them: `sync` does.
            report = report with { IsUnproved = false };
            reports.Add(report);
            if (reports.Count < parts.Count)
                run.Earlier.Add(report, report.Result == SyncResult.Skipped ? RowsProved(report.File) : report.HistoryLines);
            if (report.Result != SyncResult.Skipped)
                reporter.Finished(report);
        }
    }
}
