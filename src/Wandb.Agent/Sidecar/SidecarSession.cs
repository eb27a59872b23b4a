using Microsoft.Extensions.Logging;
using Wandb.Agent.Artifacts;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Commands;
using Wandb.Agent.Credentials;
using Wandb.Agent.Ends;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.Logs;
using Wandb.Agent.Reporting;
using Wandb.Agent.Reports;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;
using Wandb.Agent.Telemetry;
using Wandb.Contract;

namespace Wandb.Agent.Sidecar;

/// <summary>
/// The sidecar: sends or observes the runs of a pod, tells the operator and <c>status.json</c>, and ends when it is asked to, never by itself
/// while somebody may still write.
/// </summary>
internal sealed class SidecarSession(SidecarSettings settings, WandbServer server, KeyFile? key, ISyncReporter shown, ILogger log, CommandContext context)
{
    private const int Jobs = 32;

    private readonly ContainerNames _containers = new(settings.Containers, settings.Roots);
    private readonly KnownAttempts _attempts = new();
    private readonly KeptEnds _kept = new(context.Sync.StateRoot, context.Time);

    /// <summary>What is not on the server, besides what the reports of runs say.</summary>
    public IReadOnlyList<PathProblem> Problems { get; private set; } = [];

    /// <param name="signal">SIGTERM.</param>
    /// <returns>The last report of each file; none when the agent had to leave its pod to itself.</returns>
    public async Task<IReadOnlyList<RunReport>> RunAsync(CancellationToken signal)
    {
        var writers = new RunWriters(settings, Environment.MachineName, context);
        var board = new RunBoard(server.BaseUrl, file => ContainerOf(writers, file), context.Time)
        {
            IsOfAnotherPod = writers.IsAnotherPod,
            KeyProblem = () => key?.Problem,
            Unsent = path => RunDirectoryScan.IsOnline(path) ? null : settings.Unsent,
            Log = log,
        };
        await using var telemetry = AgentTelemetry.Start(context.Environment, board, context.Time);
        await using var status = new StatusKeeper(
            board, [new StatusFile(StatusFile.FoldersFor(settings.Roots[0], context.Sync.StateRoot))], telemetry, context.Time);
        var ends = new ToldEnds(_containers.Of);
        var endsOfRuns = new EndsByWriter(writers.IsAnotherPod, ends, _kept);
        using var client = settings.Operator is { } address ? new OperatorClient(address, context.Time) : null;
        using var end = new SidecarEnd(settings.Grace, canAsk: client is not null, ends, board, context.Time, signal);
        var link = client is null
            ? null
            : new OperatorLink(client, new AnswerFile(StateFolders, settings.Pod.Uid), ends, board, context.Time)
            {
                Failed = telemetry.ReportFailed,
                HoldsUpPod = () => Leave(end),
                IsReported = writers.IsReported,
            };
        link?.Restore();
        var sync = Sync() with
        {
            Writers = endsOfRuns,
            // What is not known of another pod is left out; what its agent has kept is not.
            Additions = head => !settings.Sends || writers.IsAnotherPod(head.Path) ? AddedToRun.None : PodAdditions.For(
                settings.Pod, settings.Additions, _containers.Of(head.Path), _attempts.Of(head.Path, link?.Attempt, isOver: ends.Of(head) is not null)),
        };
        using var loops = new CancellationTokenSource();
        Task[] beside =
        [
            link is null ? Task.CompletedTask : new ReportLoop(board, () => PaceOf(end), context.Time, link.GiveAsync).RunAsync(loops.Token),
            settings.WriterExitFile is { } exitFile ? new WriterWatch(exitFile, settings, context).RunAsync(ends, board, end, loops.Token) : Task.CompletedTask,
            // Who only looks reads all of them anyway.
            settings.Sends ? new ReadingAlong(board, Sync().ToldSummary, context.Sync.Live.Poll, context.Time).RunAsync(loops.Token) : Task.CompletedTask,
        ];
        try
        {
            // Reports go out already: a volume may hang.
            writers.Begin(StateFolders);
            var reporter = telemetry.Over(new BoardReporter(shown, board, Refuse) { Ended = report => Keep(report, sync) });
            var reports = settings.Sends ? await SendAsync(reporter, board, sync, writers, end) : await ObserveAsync(reporter, board, end);
            if (end.HasLeft)
                return [];
            if (ExitStatus.Of(reports, Problems) != ExitStatus.NotOnServer)
                board.Become(AgentState.Done);
            return reports;
        }
        finally
        {
            await loops.CancelAsync();
            await Task.WhenAll(beside);
            Keep(board, sync);
            if (link is not null)
            {
                await link.GiveLastAsync(board.Report, end.Over);
                // Its answer may tell of more.
                Keep(board, sync);
            }
        }
    }

    private void Leave(SidecarEnd end)
    {
        if (!end.HasLeft)
            log.HoldsUpPod();
        end.Leave();
    }

    /// <summary>What is known by now of runs that another agent is to close.</summary>
    private void Keep(RunBoard board, SyncOptions sync)
    {
        foreach (var (file, _) in board.NotOnServer())
            Keep(file, sync);
    }

    /// <summary>Before the lock of the run is given back: another agent may wait for it.</summary>
    private void Keep(RunReport report, SyncOptions sync)
    {
        if (report.Result == SyncResult.Incomplete)
            Keep(report.File, sync);
    }

    private void Keep(string file, SyncOptions sync)
    {
        try
        {
            var head = RunHead.Read(file);
            if (head.Run is not null)
                new KeptAdditions(new StateDirectory(file, context.Sync.StateRoot), file, context.Sync.Durable).With(sync.Additions(head));
            if (sync.Writers.Of(head) is { } end)
                _kept.Keep(file, end);
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            log.EndNotKept(file, ReadFailure.Describe(exception));
        }
    }

    private IReadOnlyList<string> StateFolders => [context.Sync.StateRoot, .. StatusFile.FoldersFor(settings.Roots[0], context.Sync.StateRoot)];

    private string ContainerOf(RunWriters writers, string file) => writers.Of(file) is { IsThisPod: false } other ? other.Container : _containers.Of(file);

    private async Task<IReadOnlyList<RunReport>> SendAsync(ISyncReporter reporter, RunBoard board, SyncOptions sync, RunWriters writers, SidecarEnd end)
    {
        string? problem = null;
        using var temporary = settings.TemporaryDirectory is { } shared ? TemporaryContents.Of(shared, out problem) : null;
        board.Problems.Tell("temporary", problem);
        sync = sync with { Jobs = Jobs, KeepsEachRequest = true, Temporary = temporary };
        using var http = new WandbHttp(server, context.Http with { Hurry = end.Signal }, context.Time, reporter);
        using var done = new CancellationTokenSource();
        var dark = settings.KeepsStorage
            ? new DarkEnd(board, http, context.Sync.Live.DarkPatience, context.Time).RunAsync(end.GiveUp, end.Signal, done.Token)
            : Task.CompletedTask;
        try
        {
            var work = new SidecarWork(http, settings, sync, writers.IsAnotherPod, reporter, context);
            var reports = await work.RunAsync(end);
            Problems = end.HasLeft ? [] : work.Problems;
            return reports;
        }
        finally
        {
            await done.CancelAsync();
            await dark;
        }
    }

    /// <returns>Of the runs that the SDK does not upload either.</returns>
    private async Task<IReadOnlyList<RunReport>> ObserveAsync(ISyncReporter reporter, RunBoard board, SidecarEnd end)
    {
        await new SidecarObservation(settings, Sync(), reporter, context).RunAsync(end.Stopping, end.Over);
        return board.UnsentRuns();
    }

    private SyncOptions Sync() => new()
    {
        DefaultEntity = RunDefaults.Entity(context),
        DefaultProject = RunDefaults.Project(context),
        SummaryMetrics = settings.Additions.SummaryMetrics,
    };

    private void Refuse(RequestTry attempt)
    {
        if (attempt.Status is 401 or 403)
            key?.Refuse();
    }

    /// <summary>While the end waits for an answer, reports go as often as they may.</summary>
    private static ReportPace PaceOf(SidecarEnd end) =>
        end.IsSignalled ? ReportPace.Operator with { Interval = ReportPace.Operator.MinInterval } : ReportPace.Operator;
}
