using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Commands;

/// <summary>The whole command line: parses, says what is wrong, runs the command.</summary>
internal static class AgentCommandLine
{
    public const string ProgramName = "wandb-agent";

    public static readonly string Version = typeof(AgentCommandLine).Assembly.GetName().Version?.ToString(3) ?? "0";

    private const string Examples = """
        Examples:
          wandb-agent sync                            every offline run below ./wandb
          wandb-agent watch wandb/                    runs that are still written, live
          wandb-agent verify                          whether the server has all that they hold
          wandb-agent inspect wandb/offline-run-*     what the files hold, without any network
          wandb-agent sync --help                     all options of a command

        Exit status:
          0  everything is proved        1  wrong usage
          2  something is not on the server (or a file cannot be used)
          3  on the server as far as the file goes, but the file itself had lost records

        """;

    /// <summary>Runs one command as if <paramref name="output"/> were a pipe.</summary>
    public static Task<int> InvokeAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, IReadOnlyDictionary<string, string?> environment, CancellationToken ct) =>
        InvokeAsync(args, new CommandContext { Output = output, Error = error, Environment = environment }, ct);

    /// <returns>The exit status, see <see cref="ExitStatus"/>.</returns>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, CommandContext context, CancellationToken ct)
    {
        // A path may begin with '@': the library would take it for a file of arguments.
        var parsed = Build(context).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is not SynchronousCommandLineAction { ClearsParseErrors: true } && UsageProblem.All(args, parsed) is { Count: > 0 } problems)
            return await FailAsync(context, parsed, problems);
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = context.Output,
                    Error = context.Error,
                    EnableDefaultExceptionHandler = false,
                    // Signals are the program's business; it hands over one token.
                    ProcessTerminationTimeout = null,
                },
                ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await context.Error.WriteLineAsync($"{ProgramName}: stopped");
            return ExitStatus.NotOnServer;
        }
    }

    private static Command Build(CommandContext context)
    {
        var sync = new SyncCommand().Build(context);
        var watch = new WatchCommand().Build(context);
        var run = new RunCommand().Build(context);
        var status = new StatusCommand().Build(context);
        var verify = new VerifyCommand().Build(context);
        var inspect = new InspectCommand().Build(context);
        var root = new Command(ProgramName, "Puts W&B offline runs on a W&B server, with proof, and says what run files hold.") { sync, watch, run, status, verify, inspect };
        var appendices = new Dictionary<Command, string>
        {
            [root] = Examples,
            [sync] = SyncCommand.Examples,
            [watch] = WatchCommand.Examples,
            [run] = RunCommand.Examples,
            [status] = StatusCommand.Examples,
            [verify] = VerifyCommand.Examples,
            [inspect] = InspectCommand.Examples,
        };
        root.Options.Add(new HelpOption { Action = new CommandHelp(new HelpAction(), appendices) });
        root.Options.Add(new VersionOption { Action = new ShowVersion() });
        return root;
    }

    private static async Task<int> FailAsync(CommandContext context, ParseResult parsed, IReadOnlyList<string> problems)
    {
        var command = parsed.CommandResult.Parent is null ? ProgramName : $"{ProgramName} {parsed.CommandResult.Command.Name}";
        foreach (var problem in problems.Concat(VariableProblems.Of(parsed, context)))
            await context.Error.WriteLineAsync(PlainText.OneLine($"{command}: {problem}"));
        await context.Error.WriteLineAsync($"See '{command} --help'.");
        return ExitStatus.Usage;
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"{ProgramName} {Version}");
            return ExitStatus.Proved;
        }
    }
}
