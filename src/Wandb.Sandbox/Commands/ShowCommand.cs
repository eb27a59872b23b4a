using System.CommandLine;

namespace Wandb.Sandbox.Commands;

/// <summary>wandb-sandbox show: everything about one run.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand(
            "show", "Shows everything about a run: identity, config, summary, last rows, console, files, artifacts",
            "wandb-sandbox show kf0003 --url http://127.0.0.1:8080", "wandb-sandbox show sandbox/cv/kf0003 --directory ./runs --output json");
        var name = new Argument<string>("RUN") { Description = "Id or display name of the run; PROJECT/RUN or ENTITY/PROJECT/RUN where that is not enough" };
        command.Add(name);
        var (directory, url) = RunSource.AddOptions(command);
        var output = OutputOption.Create();
        command.Add(output);
        command.SetAction((parsed, cancellationToken) => SourceAction.RunAsync(parsed, async () =>
        {
            using var source = RunSource.Open(parsed, directory, url);
            var found = await source.FindAsync(parsed.GetRequiredValue(name), cancellationToken);
            if (found is not [var run])
            {
                var error = parsed.InvocationConfiguration.Error;
                await error.WriteLineAsync(found.Count == 0
                    ? $"wandb-sandbox: there is no run {parsed.GetRequiredValue(name)}"
                    : $"wandb-sandbox: {parsed.GetRequiredValue(name)} may be {string.Join(" or ", found.Select(f => $"{f.Overview.Entity}/{f.Overview.Project}/{f.Overview.Run}"))}");
                return ExitCode.Usage;
            }

            var writer = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                Screen.WriteJson(writer, run);
                return ExitCode.Done;
            }

            foreach (var line in RunSheet.Of(run))
            {
                await writer.WriteLineAsync(line);
            }

            return ExitCode.Done;
        }));
        return command;
    }
}
