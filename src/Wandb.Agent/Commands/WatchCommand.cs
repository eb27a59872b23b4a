using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Wandb.Agent.Credentials;
using Wandb.Agent.Ends;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.Logs;
using Wandb.Agent.Reporting;
using Wandb.Agent.Reports;
using Wandb.Agent.Sidecar;
using Wandb.Agent.Telemetry;
using Wandb.Contract;

namespace Wandb.Agent.Commands;

/// <summary><c>wandb-agent watch</c>: follows the runs below some directories while they grow.</summary>
internal sealed class WatchCommand
{
    private const string Name = "watch";
    private const int DefaultJobs = 32;
    private const int MaxJobs = 512;
    private const int MaxPollSeconds = 3600;
    private const int DefaultGraceSeconds = 25;
    private const int MaxGraceSeconds = 86_400;

    private const string Description = "Follows offline runs below directories while they are written, and finishes them when they end. "
        + "Runs may appear at any time. Ends on SIGTERM or Ctrl-C; the next watch or sync goes on there.";

    internal const string Examples = """
        Examples:
          wandb-agent watch wandb/                           until Ctrl-C
          wandb-agent watch --exit-when-done /scratch/job42  until every run below it is over and on the server
          wandb-agent watch --exit-when-done --quiet 30s DIR in an epilogue, when every trainer has gone
          wandb-agent watch --delete-after 24h /scratch      remove what has been on the server for a day
          wandb-agent watch --output json wandb/ | jq -r 'select(.event == "state") | [.run, .state, .rows] | @tsv'

        Environment: WANDB_BASE_URL, WANDB_API_KEY, WANDB_ENTITY and WANDB_PROJECT (for runs that name none), NETRC.

        Exit status:
          0  everything that was there is on the server, proved    1  wrong usage
          2  something is not on the server: watch or sync again
          3  on the server as far as the files go, but a file itself had lost records

        """;

    private readonly Argument<string[]> _roots = new("DIR")
    {
        Description = "Directories that hold run directories (offline-run-*, dryrun-*) at any depth. They need not exist yet.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _project = CommandOptions.Project("Put the runs into this project.");
    private readonly Option<string?> _entity = CommandOptions.Entity("Put the runs under this user or team.");

    private readonly Option<int?> _jobs = CommandOptions.Number(
        "--jobs", "N", $"Runs that send at the same time, 1 to {MaxJobs}; any number is followed. Default {DefaultJobs}.", 1, MaxJobs);

    private readonly Option<int?> _poll = CommandOptions.Number(
        "--poll", "SECONDS", $"How often to look for new runs where the file system does not tell of them, 1 to {MaxPollSeconds}. Default 1.", 1, MaxPollSeconds);

    private readonly Option<int?> _grace = CommandOptions.Number(
        "--grace", "SECONDS", $"How long a signal leaves for sending what is there, 0 to {MaxGraceSeconds}. Default {DefaultGraceSeconds}.", 0, MaxGraceSeconds);

    private readonly Option<bool> _exitWhenDone = CommandOptions.Flag(
        "--exit-when-done", "End when every run that was found has its exit record and is on the server, or nothing more can come of it (see --quiet).");

    private readonly Option<TimeSpan?> _quiet = CommandOptions.Duration(
        "--quiet",
        "With --exit-when-done: a run without an exit record that was not written for so long was left by its trainer; it stays open, and the exit status is 2. Default 10m.",
        TimeSpan.FromSeconds(1));

    private readonly Option<TimeSpan?> _deleteAfter = CommandOptions.Duration(
        "--delete-after",
        "Remove run directories so long after everything in them was proved to be on the server. Default: never.",
        TimeSpan.Zero);

    private readonly Option<bool> _allowMissing = CommandOptions.Flag(
        "--allow-missing", "Files that the run names and that are gone do not keep it from being called synced; the receipt lists them.");

    private readonly IReadOnlyList<Option<string?>> _logging = LogOptions.All();
    private readonly Option<string?> _baseUrl = CommandOptions.ServerUrl();
    private readonly Option<string?> _apiKeyFile = CommandOptions.ApiKeyFile();
    private readonly Option<string?> _output = CommandOptions.Output();

    public Command Build(CommandContext context)
    {
        var command = new Command(Name, Description)
        {
            _roots, _project, _entity, _jobs, _poll, _grace, _exitWhenDone, _quiet, _deleteAfter, _allowMissing, _baseUrl, _apiKeyFile, _output,
        };
        foreach (var option in _logging)
            command.Options.Add(option);
        command.SetAction((parsed, ct) => RunAsync(parsed, context, ct));
        return command;
    }

    /// <param name="stop">The signal: the work ends in order, within the grace time.</param>
    private async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken stop)
    {
        var reader = new SettingReader(_logging.ToDictionary(option => option.Name, parsed.GetValue, StringComparer.Ordinal), context.Variable);
        var logging = LogOptions.Bind(reader);
        foreach (var problem in RunDefaults.Problems(context))
            reader.Problem(problem);
        var settings = ServerSettings.Decide(ServerSourcesReader.Read(parsed.GetValue(_baseUrl), parsed.GetValue(_apiKeyFile), context));
        if (settings is ServerSettings.Wrong wrong)
            reader.Problem(wrong.Message);
        if (reader.Problems.Count > 0)
            return await CommandFailure.TellAllAsync(context, Name, reader.Problems);
        switch (settings)
        {
            case ServerSettings.NoKey missing:
                return await CommandFailure.TellAsync(context, Name, missing.Message, ExitStatus.NotOnServer);
            case ServerSettings.Found server:
                return await WatchAsync(parsed, context, server.Server, logging, stop);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<int> WatchAsync(ParseResult parsed, CommandContext context, WandbServer server, LogSettings logging, CancellationToken stop)
    {
        var (words, log) = WatchReporters.For(context, CommandOptions.IsJson(parsed.GetValue(_output)), logging);
        await using var shown = words;
        using var ended = new CancellationTokenSource(Timeout.InfiniteTimeSpan, context.Time);
        var grace = TimeSpan.FromSeconds(parsed.GetValue(_grace) ?? DefaultGraceSeconds);
        List<string> roots = [.. (parsed.GetValue(_roots) ?? []).Select(root => Path.Combine(context.WorkingDirectory, root))];
        var board = new RunBoard(server.BaseUrl, static _ => "", context.Time) { Log = log };
        WatchReporters.TellBegin(log, Name, roots, server, string.Create(CultureInfo.InvariantCulture, $"{grace.TotalSeconds:0} s after a signal"));
        await using var signal = stop.Register(() =>
        {
            board.Become(AgentState.Draining);
            ended.CancelAfter(grace);
        });
        await using var telemetry = AgentTelemetry.Start(context.Environment, board, context.Time);
        await using var status = new StatusKeeper(board, StatusFilesOf(roots, context), telemetry, context.Time);
        var reporter = telemetry.Over(new BoardReporter(shown, board, static _ => { }));
        using var http = new WandbHttp(server, context.Http with { Hurry = stop }, context.Time, reporter);
        var options = OptionsFrom(parsed, context);
        var session = new WatchSession(http, options, reporter, context.Time, context.Sync);
        using var done = new CancellationTokenSource();
        var dark = new DarkEnd(board, http, context.Sync.Live.DarkPatience, context.Time).RunAsync(ended.Cancel, stop, done.Token);
        var along = new ReadingAlong(board, options.Sync.ToldSummary, context.Sync.Live.Poll, context.Time).RunAsync(done.Token);
        IReadOnlyList<RunReport> reports;
        try
        {
            reports = await session.RunAsync(roots, stop, ended.Token);
        }
        finally
        {
            await done.CancelAsync();
            await dark;
            await along;
        }
        var exit = ExitStatus.Of(reports, session.Problems);
        if (exit != ExitStatus.NotOnServer)
            board.Become(AgentState.Done);
        reporter.Close(reports, session.Problems);
        return exit;
    }

    private static IReadOnlyList<StatusFile> StatusFilesOf(IEnumerable<string> roots, CommandContext context) =>
        [.. roots.Select(root => new StatusFile(StatusFile.FoldersFor(root, context.Sync.StateRoot)))];

    private WatchOptions OptionsFrom(ParseResult parsed, CommandContext context) => new()
    {
        ExitWhenDone = parsed.GetValue(_exitWhenDone),
        Quiet = parsed.GetValue(_quiet) ?? WatchOptions.DefaultQuiet,
        DeleteAfter = parsed.GetValue(_deleteAfter),
        Live = parsed.GetValue(_poll) is { } seconds
            ? context.Sync.Live with { Poll = TimeSpan.FromSeconds(seconds) }
            : context.Sync.Live,
        Sync = new SyncOptions
        {
            Project = parsed.GetValue(_project),
            Entity = parsed.GetValue(_entity),
            DefaultEntity = RunDefaults.Entity(context),
            DefaultProject = RunDefaults.Project(context),
            Jobs = parsed.GetValue(_jobs) ?? DefaultJobs,
            Writers = new KeptEnds(context.Sync.StateRoot, context.Time),
            AllowMissing = parsed.GetValue(_allowMissing),
        },
    };
}
