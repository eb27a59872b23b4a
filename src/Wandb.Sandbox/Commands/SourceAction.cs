using System.CommandLine;
using System.Text.Json;

namespace Wandb.Sandbox.Commands;

/// <summary>Runs a command that looks something up, and says in one line why it could not.</summary>
internal static class SourceAction
{
    public static async Task<int> RunAsync(ParseResult parsed, Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException or JsonException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"wandb-sandbox: {error.Message}");
            return ExitCode.Usage;
        }
    }
}
