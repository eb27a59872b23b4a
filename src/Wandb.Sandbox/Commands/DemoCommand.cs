using System.CommandLine;
using System.ComponentModel;
using System.Globalization;
using Wandb.Sandbox.Backend;

namespace Wandb.Sandbox.Commands;

/// <summary>wandb-sandbox demo: sample runs and a live one, the real agent, and what arrived.</summary>
internal static class DemoCommand
{
    // wandb-agent sync: 3 means that all is on the server that a damaged file still held, which one of the samples is.
    private static readonly int[] GoodExitCodes = [0, 3];
    private static readonly Option<DirectoryInfo?> Folder = new("--directory") { Description = "Where runs are kept; without it they are gone at the end", HelpName = "DIR" };
    private static readonly Option<FileInfo?> Agent = new("--agent") { Description = "Another wandb-agent: a program or a .dll", HelpName = "PATH" };
    private static readonly Option<OutputFormat> Output = OutputOption.Create();

    public static Command Create()
    {
        var command = new ExampleCommand(
            "demo", "Starts a server, syncs the sample runs with wandb-agent, follows a live one through a kill and an outage, and shows what arrived",
            "wandb-sandbox demo", "wandb-sandbox demo --agent ./wandb-agent --directory ./demo-runs")
        {
            Folder, Agent, Output,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var copies = Directory.CreateTempSubdirectory("wandb-sandbox-demo-");
        try
        {
            return await RunAsync(parsed, copies.FullName, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"wandb-sandbox: {error.Message}");
            return ExitCode.Usage;
        }
        finally
        {
            copies.Delete(recursive: true);
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, string copies, CancellationToken cancellationToken)
    {
        var isText = parsed.GetValue(Output) == OutputFormat.Text;
        var writer = parsed.InvocationConfiguration.Output;
        var samples = SampleRuns.Open();
        var paths = samples.CopyTo(copies);
        await using var backend = await LocalBackend.StartAsync(new LocalBackendOptions { Directory = parsed.GetValue(Folder)?.FullName }, cancellationToken);
        var agent = parsed.GetValue(Agent)?.FullName ?? AgentProcess.BuiltAgent;
        var start = AgentProcess.StartInfo(
            agent, ["sync", "--output", isText ? "text" : "json", .. paths], backend.Url, backend.ApiKey);
        if (isText)
        {
            await writer.WriteLineAsync($"A W&B-compatible server listens on {backend.Url}");
            await writer.WriteLineAsync($"$ WANDB_BASE_URL={backend.Url.AbsoluteUri.TrimEnd('/')} WANDB_API_KEY=... wandb-agent sync {string.Join(' ', paths)}");
        }

        // With --output json standard output holds one document, ours; what the agent says goes beside it.
        var exitCode = await AgentProcess.RunAsync(start, isText ? null : parsed.InvocationConfiguration.Error, cancellationToken);
        if (isText)
            await writer.WriteLineAsync();
        var live = await new LiveDemo(agent, Path.Combine(copies, "live"), backend, line => isText ? writer.WriteLineAsync(line) : Task.CompletedTask)
            .RunAsync(cancellationToken);
        var runs = backend.Overviews();
        List<string> problems = [.. Problems(exitCode, samples, runs), .. live.Problems];
        if (isText)
        {
            await writer.WriteLineAsync();
            await writer.WriteLineAsync("What arrived:");
            Screen.Open(writer).Write(RunTable.Of(runs));
            await writer.WriteLineAsync(problems.Count == 0 ? "Every run is on the server." : "The demonstration failed:");
        }
        else
        {
            Screen.WriteJson(writer, new { agentExitCode = exitCode, live = new { live.Rows, live.Receipt }, problems, runs });
        }

        foreach (var problem in problems)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"wandb-sandbox: {problem}");
        }

        return problems.Count == 0 ? ExitCode.Done : ExitCode.DemoFailed;
    }

    private static IEnumerable<string> Problems(int exitCode, SampleRuns samples, IEnumerable<RunOverview> runs)
    {
        if (!GoodExitCodes.Contains(exitCode))
        {
            yield return $"wandb-agent ended with {exitCode.ToString(CultureInfo.InvariantCulture)}";
        }

        foreach (var missing in SampleRuns.Missing(samples.Runs, runs.GroupBy(run => run.Run, StringComparer.Ordinal)
            .ToDictionary(run => run.Key, run => run.Max(one => one.Rows), StringComparer.Ordinal)))
        {
            yield return missing;
        }
    }
}
