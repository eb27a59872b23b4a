using System.CommandLine;
using Wandb.Agent.Credentials;
using Wandb.Agent.Http;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Verification;

namespace Wandb.Agent.Commands;

/// <summary><c>wandb-agent verify</c>: finds run files, asks the server, says what is not the same.</summary>
internal sealed class VerifyCommand
{
    internal const string Examples = """
        Examples:
          wandb-agent verify                                 every offline run below ./wandb
          wandb-agent verify wandb/offline-run-20261124_1*   some of them; all parts of a resumed run together
          wandb-agent verify --project demo --entity team /scratch/job42/wandb
          wandb-agent verify --output json | jq -r '.findings[] | select(.verdict != "same") | .subject'

        Environment: WANDB_BASE_URL, WANDB_API_KEY, WANDB_ENTITY and WANDB_PROJECT (for runs that name none), NETRC, NO_COLOR.

        Exit status:
          0  everything that could be compared is on the server; what could not is said    1  wrong usage
          2  something differs or is missing, or the server could not be asked
          3  on the server as far as the file goes, but the file itself had lost records

        """;

    private readonly Argument<string[]> _paths = CommandOptions.Paths();
    private readonly Option<string?> _project = CommandOptions.Project("Look for the runs in this project. Otherwise where the receipt or the run file says.");
    private readonly Option<string?> _entity = CommandOptions.Entity("Look for the runs under this user or team. Otherwise as the receipt or the run file says.");
    private readonly Option<string?> _id = CommandOptions.RunId("Look for the run under this id; for a single run.");
    private readonly Option<string?> _baseUrl = CommandOptions.ServerUrl();
    private readonly Option<string?> _apiKeyFile = CommandOptions.ApiKeyFile();
    private readonly Option<string?> _output = CommandOptions.Output();

    public Command Build(CommandContext context)
    {
        var command = new Command("verify", "Asks the server what it has of offline runs and compares rows, last step, files and artifacts. Changes nothing, here or there.")
        {
            _paths, _project, _entity, _id, _baseUrl, _apiKeyFile, _output,
        };
        command.SetAction((parsed, ct) => RunAsync(parsed, context, ct));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken ct)
    {
        if (RunDefaults.Problems(context) is { Count: > 0 } problems)
            return await CommandFailure.TellAllAsync(context, "verify", problems);
        var options = new VerifyOptions
        {
            Entity = parsed.GetValue(_entity),
            Project = parsed.GetValue(_project),
            RunId = parsed.GetValue(_id),
            DefaultEntity = RunDefaults.Entity(context),
            DefaultProject = RunDefaults.Project(context),
        };
        var found = RunFileDiscovery.Find(parsed.GetValue(_paths) ?? [], context.WorkingDirectory);
        if (options.RunId is not null && found.Files.Count > 1)
            return await CommandFailure.TellAsync(context, "verify", CommandFailure.IdForMany(options.RunId, found.Files.Count), ExitStatus.Usage);
        var reporter = new VerificationReporter(context.Output, context.Error, CommandOptions.IsJson(parsed.GetValue(_output)), context.Time);
        foreach (var problem in found.Problems)
            reporter.Problem(problem);

        IReadOnlyList<VerificationReport> reports = [];
        if (found.Files.Count > 0)
        {
            switch (ServerSettings.Decide(ServerSourcesReader.Read(parsed.GetValue(_baseUrl), parsed.GetValue(_apiKeyFile), context)))
            {
                case ServerSettings.Wrong wrong:
                    return await CommandFailure.TellAsync(context, "verify", wrong.Message, ExitStatus.Usage);
                case ServerSettings.NoKey missing:
                    return await CommandFailure.TellAsync(context, "verify", missing.Message, ExitStatus.NotOnServer);
                case ServerSettings.Found server:
                    using (var http = new WandbHttp(server.Server, context.Http, context.Time, reporter))
                        reports = await new VerifySession(http, options, context.Sync, reporter.Finished).RunAsync(found.Files, ct);
                    break;
            }
        }
        reporter.Close(reports, found.Problems);
        return ExitStatus.Of(reports.Select(report => report.ExitStatus), found.Problems);
    }
}
