using System.CommandLine;

namespace Wandb.Sandbox.Commands;

/// <summary>wandb-sandbox runs: one line for each run.</summary>
internal static class RunsCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand(
            "runs", "Lists the runs of a sandbox", "wandb-sandbox runs --url http://127.0.0.1:8080", "wandb-sandbox runs --directory ./runs --output json");
        var (directory, url) = RunSource.AddOptions(command);
        var output = OutputOption.Create();
        command.Add(output);
        command.SetAction((parsed, cancellationToken) => SourceAction.RunAsync(parsed, async () =>
        {
            using var source = RunSource.Open(parsed, directory, url);
            var runs = await source.ListAsync(cancellationToken);
            var writer = parsed.InvocationConfiguration.Output;
            switch (parsed.GetValue(output))
            {
                case OutputFormat.Json:
                    Screen.WriteJson(writer, runs);
                    break;
                default:
                    Screen.WriteTable(writer, width => RunTable.Of(runs, width));
                    break;
            }

            return ExitCode.Done;
        }));
        return command;
    }
}
