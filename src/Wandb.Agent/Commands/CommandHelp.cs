using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Wandb.Agent.Commands;

/// <summary>The usual help, followed by what the library has no place for: examples, variables, exit statuses.</summary>
internal sealed class CommandHelp(HelpAction usual, IReadOnlyDictionary<Command, string> appendices) : SynchronousCommandLineAction
{
    // Help is for reading: beyond this, lines are too long for the eye; in a pipe there is no other width.
    private const int MaxWidth = 100;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.MaxWidth = MaxWidth;
        var status = usual.Invoke(parseResult);
        if (appendices.TryGetValue(parseResult.CommandResult.Command, out var appendix))
            parseResult.InvocationConfiguration.Output.WriteLine(appendix);
        return status;
    }
}
