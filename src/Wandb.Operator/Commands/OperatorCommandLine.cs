using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Wandb.Operator.Commands;

/// <summary>The whole command line.</summary>
internal static class OperatorCommandLine
{
    public const string ProgramName = "wandb-operator";

    public static string Version => typeof(OperatorCommandLine).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <param name="environment">The process's.</param>
    /// <param name="ct">Ends <c>serve</c> in order.</param>
    /// <returns>The exit status: 0, 1 for wrong usage or input, 2 when <c>explain</c> found a pod that asked and is not injected.</returns>
    public static async Task<int> InvokeAsync(
        IReadOnlyList<string> args, IReadOnlyDictionary<string, string?> environment, TextReader input, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var explain = new ExplainCommand().Build(input, output, error);
        var serve = new ServeCommand(environment).Build(output, error);
        var check = new CheckCommand().Build(output, error);
        var root = new Command(ProgramName, "Injects W&B into training pods and tells how each run ends.") { serve, check, explain };
        root.Options.Add(new HelpOption
        {
            Action = new Help(new Dictionary<Command, string> { [explain] = ExplainCommand.Examples, [serve] = ServeCommand.Examples, [check] = CheckCommand.Examples }),
        });
        root.Options.Add(new VersionOption { Action = new ShowVersion() });

        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is not SynchronousCommandLineAction { ClearsParseErrors: true } && Problem(args, parsed) is { } problem)
        {
            var command = parsed.CommandResult.Parent is null ? ProgramName : $"{ProgramName} {parsed.CommandResult.Command.Name}";
            await error.WriteLineAsync($"{command}: {problem}");
            await error.WriteLineAsync($"See '{command} --help'.");
            return 1;
        }
        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, ct);
    }

    private static string? Problem(IReadOnlyList<string> args, ParseResult parsed) =>
        args.Count == 0 ? "no command is given; there are: serve, check, explain"
        : parsed.Errors.Count > 0 ? parsed.Errors[0].Message
        : parsed.CommandResult.Parent is null && parsed.Action is null ? "no command is given; there are: serve, check, explain"
        : null;

    private sealed class Help(IReadOnlyDictionary<Command, string> examples) : SynchronousCommandLineAction
    {
        // Help is for reading: beyond this, lines are too long for the eye.
        private const int MaxWidth = 100;

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var status = new HelpAction { MaxWidth = MaxWidth }.Invoke(parseResult);
            if (examples.TryGetValue(parseResult.CommandResult.Command, out var text))
                parseResult.InvocationConfiguration.Output.WriteLine(text);
            return status;
        }
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"{ProgramName} {Version}");
            return 0;
        }
    }
}
