using System.CommandLine;
using System.ComponentModel;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Demonstration;

namespace Wandb.Sandbox.Commands;

/// <summary>wandb-sandbox demo: sample runs, a live one, five folds on a cluster, the real agent and operator, and what arrived.</summary>
internal static class DemoCommand
{
    private static readonly Option<DirectoryInfo?> Folder = new("--directory") { Description = "Where runs are kept; without it they are gone at the end", HelpName = "DIR" };
    private static readonly Option<FileInfo?> Agent = new("--agent") { Description = "Another wandb-agent: a program or a .dll", HelpName = "PATH" };
    private static readonly Option<bool> Keep = new("--keep") { Description = "Leaves server, cluster and operator running at the end, until Ctrl-C" };
    private static readonly Option<OutputFormat> Output = OutputOption.Create();

    public static Command Create()
    {
        var command = new ExampleCommand(
            "demo", "Starts a server, syncs sample runs, follows a live one, then trains five folds on a cluster through an outage, a killed agent, lack of memory and a preemption, and proves what arrived",
            "wandb-sandbox demo", "wandb-sandbox demo --keep", "wandb-sandbox demo --agent ./wandb-agent --directory ./demo-runs")
        {
            Folder, Agent, Keep, Output,
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
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception or HttpRequestException or InvalidOperationException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"wandb-sandbox: {error.Message}");
            return ExitCode.Usage;
        }
        finally
        {
            copies.Delete(recursive: true);
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, string copies, CancellationToken ct)
    {
        var isText = parsed.GetValue(Output) == OutputFormat.Text;
        var writer = parsed.InvocationConfiguration.Output;
        var screen = new DemoScreen(writer, isSilent: !isText);
        await using var backend = await LocalBackend.StartAsync(new LocalBackendOptions { Directory = parsed.GetValue(Folder)?.FullName }, ct);
        var agent = parsed.GetValue(Agent)?.FullName ?? AgentProcess.BuiltAgent;

        await screen.TellAsync($"This takes about a minute and a half, and nothing leaves this machine. A W&B-compatible server listens on {backend.Url}");
        await screen.ChapterAsync("1 of 3: runs that are complete");
        // With --output json standard output holds one document, ours; what the agent says goes beside it.
        var samples = await new SampleSync(agent, copies, backend, screen).RunAsync(isText ? null : parsed.InvocationConfiguration.Error, ct);
        List<string> problems = [.. samples.Problems];

        await screen.ChapterAsync("2 of 3: a run that goes on");
        var live = problems.Count == 0 ? await new LiveDemo(agent, Path.Combine(copies, "live"), backend, screen).RunAsync(ct) : null;
        problems.AddRange(live?.Problems ?? []);

        await screen.ChapterAsync("3 of 3: five folds on a cluster");
        await using var stage = problems.Count == 0 ? await KFoldStage.StartAsync(agent, backend, ct) : null;
        var folds = stage is null ? null : await new KFoldDemo(stage, backend, screen).RunAsync(ct);
        problems.AddRange(folds?.Problems ?? []);

        if (isText)
        {
            await screen.TellAsync("");
            await WriteAsync(writer, folds, backend);
            await writer.WriteLineAsync(problems.Count == 0
                ? $"Every run is on the server, and every row is proved:\n{folds?.Runs.Sum(run => run.OnServer):N0} rows of {folds?.Runs.Count} attempts at five folds, and {live?.Rows:N0} of the run that was followed."
                : "The demonstration failed:");
        }
        else
        {
            Screen.WriteJson(writer, new
            {
                agentExitCode = samples.ExitCode,
                live = live is null ? null : new { live.Rows, live.Receipt },
                folds = folds is null ? null : new { folds.Runs, folds.Groups },
                problems,
                runs = backend.Overviews(),
            });
        }

        foreach (var problem in problems)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"wandb-sandbox: {problem}");
        }

        if (parsed.GetValue(Keep) && stage is not null)
        {
            await screen.TellAsync($"""

                Everything goes on until Ctrl-C. In another shell:
                  export KUBECONFIG={stage.KubeconfigPath}
                  kubectl get wandbruns,jobs,pods
                  kubectl describe wandbrun {KFoldManifests.Run}
                  export WANDB_BASE_URL={backend.Url.AbsoluteUri.TrimEnd('/')} WANDB_API_KEY={backend.ApiKey}
                """);
            await Screen.UntilCancelledAsync(ct);
        }
        else if (problems.Count == 0)
        {
            await screen.TellAsync("To look around with kubectl afterwards: the same with --keep.");
        }

        return problems.Count == 0 ? ExitCode.Done : ExitCode.DemoFailed;
    }

    private static async Task WriteAsync(TextWriter writer, KFoldResult? folds, LocalBackend backend)
    {
        if (folds is not null)
        {
            await writer.WriteLineAsync("$ kubectl get wandbruns");
            foreach (var line in folds.Table)
                await writer.WriteLineAsync(line);
            await writer.WriteLineAsync();
            await writer.WriteLineAsync("Rows of each attempt: on its disk, acknowledged to its agent, counted on the server.");
            Screen.WriteTable(writer, width => ProofTable.Of(folds.Runs, width));
            foreach (var line in ProofTable.Groups(folds.Groups))
                await writer.WriteLineAsync(line);
            await writer.WriteLineAsync();
        }

        await writer.WriteLineAsync("All runs on the server:");
        Screen.WriteTable(writer, width => RunTable.Of(backend.Overviews(), width));
    }
}
