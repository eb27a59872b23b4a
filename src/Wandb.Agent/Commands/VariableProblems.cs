using System.CommandLine;
using Wandb.Agent.Credentials;
using Wandb.Agent.Sidecar;

namespace Wandb.Agent.Commands;

/// <summary>What is wrong with the variables of a command whose options are wrong as well: whoever corrects them shall learn of both at once.</summary>
internal static class VariableProblems
{
    /// <returns>A line each, in the words of the command itself.</returns>
    public static IReadOnlyList<string> Of(ParseResult parsed, CommandContext context)
    {
        var options = parsed.CommandResult.Command.Options.OfType<Option<string?>>().ToDictionary(option => option.Name, StringComparer.Ordinal);
        // Commands that never speak to a server read none.
        if (!options.TryGetValue(CommandOptions.ServerUrlName, out var serverUrl))
            return [];
        var given = LogOptions.Names.Where(options.ContainsKey).ToDictionary(name => name, name => parsed.GetValue(options[name]), StringComparer.Ordinal);
        var reader = new SettingReader(given, context.Variable);
        if (given.Count > 0)
            LogOptions.Bind(reader);
        foreach (var problem in RunDefaults.Problems(context))
            reader.Problem(problem);
        if (parsed.GetResult(serverUrl) is null && ServerSettings.DecideWithoutKey(ServerSourcesReader.Read(null, null, context)) is ServerSettings.Wrong wrong)
            reader.Problem(wrong.Message);
        return reader.Problems;
    }
}
