using System.CommandLine;
using System.Diagnostics;
using Wandb.Agent.Credentials;
using Wandb.Agent.Ends;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.Reports;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Sidecar;
using Wandb.Agent.Telemetry;
using Wandb.Contract;

namespace Wandb.Agent.Commands;

/// <summary><c>wandb-agent sync</c>: finds run files, finds the server, lets the engine work, reports.</summary>
internal sealed class SyncCommand
{
    private const int MaxJobs = 64;

    private const string Description = "Puts every record of offline runs on the server. "
        + "Syncing twice, or after a crash, leaves the same as syncing once; no file of yours is changed.";

    internal const string Examples = """
        Examples:
          wandb-agent sync                                   every offline run below ./wandb
          wandb-agent sync wandb/offline-run-20261124_1*     some of them
          wandb-agent sync --project demo --entity team /scratch/job42/wandb
          wandb-agent sync --finish 1 wandb/offline-run-20261124_101500-killed01
                                                             a run that was killed: close it as failed
          wandb-agent sync --output json | jq -r 'select(.exitStatus != 0) | .file'

        Environment: WANDB_BASE_URL, WANDB_API_KEY, WANDB_ENTITY and WANDB_PROJECT (for runs that name none), NETRC, NO_COLOR.
        In a pod that drains a claim the operator sets WANDB_AGENT_ROOTS (for PATH), _API_KEY_FILE and _REPORT_URL (docs/air-gap.md).

        Exit status:
          0  every run is on the server, proved    1  wrong usage
          2  something is not on the server (unreachable, refused, missing, stopped): run the command again;
             or another program marked a run as synced, which proves nothing: --include-synced
          3  on the server as far as the file goes, but the file itself had lost records

        """;

    private readonly Argument<string[]> _paths = CommandOptions.Paths();

    private readonly Option<string?> _project = CommandOptions.Project("Put the runs into this project.");
    private readonly Option<string?> _entity = CommandOptions.Entity("Put the runs under this user or team.");
    private readonly Option<string?> _id = CommandOptions.RunId("Give the run this id; for a single run.");
    private readonly Option<string?> _group = CommandOptions.Text("--group", "NAME", "Put the runs into this group.", RunNames.Label);
    private readonly Option<string?> _jobType = CommandOptions.Text("--job-type", "NAME", "Give the runs this job type.", RunNames.Label);
    private readonly Option<string?> _name = CommandOptions.Text("--name", "NAME", "Give the runs this display name.", RunNames.Label);

    private readonly Option<IReadOnlyDictionary<string, string>?> _replaceTags =
        CommandOptions.TagReplacements("--replace-tags", "Replace tags; OLD= removes one.");

    private readonly Option<bool> _includeSynced =
        CommandOptions.Flag("--include-synced", "Also runs that are marked as synced; only what the server does not have is sent.");

    private readonly Option<int?> _jobs = CommandOptions.Number("--jobs", "N", $"Runs at the same time, 1 to {MaxJobs}. Default 5.", 1, MaxJobs);

    private readonly Option<int?> _finish = CommandOptions.Number(
        "--finish", "CODE", "Close runs that have no exit record with this exit code, 0 to 255. Otherwise they stay open.", 0, 255);

    private readonly Option<bool> _allowMissing = CommandOptions.Flag(
        "--allow-missing", "Files that the run names and that are gone do not keep it from being called synced; the receipt lists them.");

    private readonly Option<bool> _dryRun = CommandOptions.Flag("--dry-run", "Say what would be synced; no network, no key.");
    private readonly Option<string?> _baseUrl = CommandOptions.ServerUrl();
    private readonly Option<string?> _apiKeyFile = CommandOptions.ApiKeyFile();
    private readonly Option<string?> _output = CommandOptions.Output();

    public Command Build(CommandContext context)
    {
        var command = new Command("sync", Description)
        {
            _paths, _project, _entity, _id, _group, _jobType, _name, _replaceTags, _includeSynced, _jobs, _finish, _allowMissing, _dryRun,
            _baseUrl, _apiKeyFile, _output,
        };
        command.SetAction((parsed, ct) => RunAsync(parsed, context, ct));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        var reader = new SettingReader(new Dictionary<string, string?>(), context.Variable);
        var operation = SettingsBinding.Operator(reader, Path.GetFullPath(context.WorkingDirectory.Length > 0 ? context.WorkingDirectory : "."));
        if (RunDefaults.Problems(context).Concat(reader.Problems).ToList() is { Count: > 0 } problems)
            return await CommandFailure.TellAllAsync(context, "sync", problems);
        var options = OptionsFrom(parsed, context);
        var paths = parsed.GetValue(_paths) is { Length: > 0 } given ? given : SettingsBinding.Words(context.Variable(AgentEnvironment.Roots), ':');
        var found = RunFileDiscovery.Find(paths, context.WorkingDirectory);
        if (options.RunId is not null && found.Files.Count > 1)
            return await CommandFailure.TellAsync(context, "sync", CommandFailure.IdForMany(options.RunId, found.Files.Count), ExitStatus.Usage);
        await using var reporter = SyncReporters.For(context, CommandOptions.IsJson(parsed.GetValue(_output)), found.Files.Count);
        foreach (var problem in found.Problems)
            reporter.Problem(problem);

        IReadOnlyList<RunReport> reports = [];
        IReadOnlyList<string> untold = [];
        if (found.Files.Count > 0)
        {
            var sources = ServerSourcesReader.Read(parsed.GetValue(_baseUrl), parsed.GetValue(_apiKeyFile) ?? context.Variable(AgentEnvironment.ApiKeyFile), context);
            switch (options.DryRun ? ServerSettings.DecideWithoutKey(sources) : ServerSettings.Decide(sources))
            {
                case ServerSettings.Wrong wrong:
                    return await CommandFailure.TellAsync(context, "sync", wrong.Message, ExitStatus.Usage);
                case ServerSettings.NoKey missing:
                    return await CommandFailure.TellAsync(context, "sync", missing.Message, ExitStatus.NotOnServer);
                case ServerSettings.Found server:
                    (reports, untold) = await SyncAsync(server.Server, options, found.Files, reporter, options.DryRun ? null : operation, context, ct);
                    break;
                default:
                    throw new UnreachableException();
            }
        }
        reporter.Close(reports, found.Problems);
        foreach (var problem in untold)
            await context.Error.WriteLineAsync(problem);
        return ExitStatus.Of(reports, found.Problems);
    }

    /// <summary>Syncs; metrics, traces and reports are sent where the environment asks for them.</summary>
    /// <param name="operation">Takes reports; null: nobody does.</param>
    /// <returns>The reports, and what went wrong with metrics, traces and reports.</returns>
    private static async Task<(IReadOnlyList<RunReport> Reports, IReadOnlyList<string> Problems)> SyncAsync(
        WandbServer server, SyncOptions options, IReadOnlyList<string> files, ISyncReporter reporter, OperatorAddress? operation, CommandContext context,
        CancellationToken ct)
    {
        var board = new RunBoard(server.BaseUrl, static _ => "", context.Time);
        IReadOnlyList<RunReport> reports;
        await using (var telemetry = AgentTelemetry.Start(context.Environment, board, context.Time))
        {
            await using var gauges = telemetry.IsOn ? new StatusKeeper(board, [], telemetry, context.Time) : null;
            await using var told = operation is null ? null : new OperatorKeeper(operation, board, context.Time);
            var noted = telemetry.IsOn || told is not null ? telemetry.Over(new BoardReporter(reporter, board, static _ => { })) : reporter;
            using var http = new WandbHttp(server, context.Http, context.Time, noted);
            reports = await new SyncSession(http, options, noted, context.Time, context.Sync).RunAsync(files, ct);
        }
        return (reports, board.Problems.OfTelling);
    }

    private SyncOptions OptionsFrom(ParseResult parsed, CommandContext context)
    {
        var defaults = new SyncOptions();
        return defaults with
        {
            Project = parsed.GetValue(_project),
            Entity = parsed.GetValue(_entity),
            DefaultEntity = RunDefaults.Entity(context),
            DefaultProject = RunDefaults.Project(context),
            RunId = parsed.GetValue(_id),
            Group = parsed.GetValue(_group),
            JobType = parsed.GetValue(_jobType),
            Name = parsed.GetValue(_name),
            ReplaceTags = parsed.GetValue(_replaceTags) ?? defaults.ReplaceTags,
            IncludeSynced = parsed.GetValue(_includeSynced),
            Jobs = parsed.GetValue(_jobs) ?? defaults.Jobs,
            FinishCode = parsed.GetValue(_finish),
            AllowMissing = parsed.GetValue(_allowMissing),
            DryRun = parsed.GetValue(_dryRun),
            Writers = new KeptEnds(context.Sync.StateRoot, context.Time),
        };
    }
}
