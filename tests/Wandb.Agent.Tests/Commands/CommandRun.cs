using Wandb.Agent.Commands;

namespace Wandb.Agent.Tests.Commands;

/// <summary>One command line, run in this process.</summary>
internal sealed record CommandRun(int Status, string Output, string Error)
{
    public static async Task<CommandRun> WithAsync(string workingDirectory, Dictionary<string, string?> environment, params string[] args)
    {
        var context = new CommandContext
        {
            Output = new StringWriter(),
            Error = new StringWriter(),
            Environment = environment,
            WorkingDirectory = workingDirectory,
        };
        var status = await AgentCommandLine.InvokeAsync(args, context, Xunit.TestContext.Current.CancellationToken);
        return new CommandRun(status, context.Output.ToString()!, context.Error.ToString()!);
    }

    public static Task<CommandRun> OfAsync(string workingDirectory, params string[] args) =>
        WithAsync(workingDirectory, [], args);
}
