using System.CommandLine;
using Wandb.Sandbox.Commands;

namespace Wandb.Sandbox.Tests.Commands;

/// <summary>What one call of wandb-sandbox printed.</summary>
internal sealed record CommandLineResult(int ExitCode, string Output, string Error);

internal static class CommandLine
{
    public static async Task<CommandLineResult> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var exitCode = await SandboxCommand.Create().Parse(arguments)
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return new CommandLineResult(exitCode, output.ToString(), error.ToString());
    }
}
