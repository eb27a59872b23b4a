using System.CommandLine;
using System.Text.Json;
using Wandb.Agent.Reporting;
using Wandb.Agent.Reports;
using Wandb.Contract;

namespace Wandb.Agent.Commands;

/// <summary><c>wandb-agent status</c>: shows the last report that an agent left in <c>status.json</c>.</summary>
internal sealed class StatusCommand
{
    internal const string Examples = """
        Examples:
          wandb-agent status wandb/                                       what the agent that watches it says
          kubectl exec POD -c wandb-operator-agent -- wandb-agent status  of a sidecar; the image needs no shell
          wandb-agent status --output json | jq .runs

        Exit status:
          0  there is a status    1  wrong usage    2  there is none, or it cannot be read

        """;

    private readonly Argument<string?> _root = new("DIR")
    {
        Description = "A directory that an agent follows. Otherwise the first of WANDB_AGENT_ROOTS, or the working directory.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _stateDirectory = CommandOptions.Text(
        "--state-dir", "DIR", "The agent's own directory. Otherwise WANDB_AGENT_STATE_DIR, or that of the user.", RunNames.NotEmpty);

    private readonly Option<string?> _output = CommandOptions.Text(
        "--output", "text|json", "text for people; json: the report as docs/sidecar.md has it. Default text.",
        text => text is "text" or "json" ? null : $"'{text}' is neither text nor json");

    public Command Build(CommandContext context)
    {
        var command = new Command("status", "Shows what the agent of a directory does: runs, backlog, lag, problems.") { _root, _stateDirectory, _output };
        command.SetAction((parsed, _) => RunAsync(parsed, context));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var root = parsed.GetValue(_root) ?? context.Variable(AgentEnvironment.Roots)?.Split(':')[0] ?? ".";
        var stateRoot = parsed.GetValue(_stateDirectory) ?? context.Variable(AgentEnvironment.StateDirectory) ?? context.Sync.StateRoot;
        var folders = StatusFile.FoldersFor(Path.GetFullPath(Path.Combine(context.WorkingDirectory, root)), stateRoot);
        var (report, path, problems) = new StatusFile(folders).Read();
        if (report is null)
            return await CommandFailure.TellAsync(context, "status", $"no agent has left a status: {string.Join("; ", problems)}", ExitStatus.NotOnServer);
        var lines = new LineOutput(context.Output);
        if (CommandOptions.IsJson(parsed.GetValue(_output)))
            lines.Write(JsonSerializer.Serialize(report, ContractJson.Default.AgentReport));
        else
            lines.Write(StatusText.Lines(report, path, context.Time.GetUtcNow()).Select(PlainText.OneLine));
        return ExitStatus.Proved;
    }
}
