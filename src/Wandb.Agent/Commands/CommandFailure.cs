using Wandb.Agent.Reporting;
namespace Wandb.Agent.Commands;

/// <summary>Ends a command before its work began, with one line on the error stream.</summary>
internal static class CommandFailure
{
    /// <returns>The status.</returns>
    public static async Task<int> TellAsync(CommandContext context, string command, string message, int status)
    {
        await context.Error.WriteLineAsync($"{AgentCommandLine.ProgramName} {command}: {message}");
        if (status == ExitStatus.Usage)
            await context.Error.WriteLineAsync($"See '{AgentCommandLine.ProgramName} {command} --help'.");
        return status;
    }

    /// <summary>Everything that is wrong with the settings, a line each.</summary>
    public static async Task<int> TellAllAsync(CommandContext context, string command, IReadOnlyList<string> problems)
    {
        foreach (var problem in problems)
            await context.Error.WriteLineAsync(PlainText.OneLine($"{AgentCommandLine.ProgramName} {command}: {problem}"));
        await context.Error.WriteLineAsync($"See '{AgentCommandLine.ProgramName} {command} --help'.");
        return ExitStatus.Usage;
    }

    public static string IdForMany(string runId, int found) => $"--id '{runId}' is for a single run, but {found} were found";
}
