using System.CommandLine;
using System.Net;
using Wandb.Sandbox.Cluster;

namespace Wandb.Sandbox.Commands;

/// <summary>wandb-sandbox cluster: a Kubernetes API with pods as processes, until Ctrl-C or SIGTERM.</summary>
internal static class ClusterCommand
{
    private const int MaxNodes = 1000;

    private static readonly Option<int> Port = NumberOption.Port();
    private static readonly Option<FileInfo?> Kubeconfig = new("--kubeconfig")
    {
        Description = "Where the kubeconfig is written; default: a temporary file",
        HelpName = "FILE",
    };
    private static readonly Option<string[]> Image = new("--image")
    {
        Description = "Runs COMMAND for images whose name begins with NAME; may be repeated",
        HelpName = "NAME=COMMAND",
    };
    private static readonly Option<string[]> Service = new("--service")
    {
        Description = "Webhook calls to this Service go to a process of this machine; may be repeated",
        HelpName = "NAMESPACE/NAME=ADDRESS:PORT",
    };
    private static readonly Option<int> Nodes = NumberOption.Of("--nodes", "How many nodes there are", 1, 1, MaxNodes);

    public static Command Create()
    {
        var command = new ExampleCommand(
            "cluster", "Starts a small Kubernetes API server that runs pods as processes of this machine",
            "wandb-sandbox cluster --port 6443 --kubeconfig ./kubeconfig",
            "wandb-sandbox cluster --service wandb-operator/wandb-operator=127.0.0.1:8443",
            "wandb-sandbox cluster --image python=python3 --image ghcr.io/example/wandb-agent=/opt/wandb-agent")
        {
            Port, Kubeconfig, Image, Service, Nodes,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(Kubeconfig);
        var path = file?.FullName ?? Path.Combine(Path.GetTempPath(), $"wandb-sandbox-kubeconfig-{Environment.ProcessId}");
        try
        {
            var services = (parsed.GetValue(Service) ?? []).Select(ParseService).ToList();
            await using var cluster = await LocalCluster.StartAsync(ToOptions(parsed), cancellationToken);
            foreach (var (ns, name, target) in services)
            {
                cluster.ForwardService(ns, name, target);
            }

            await SecretFile.WriteAsync(path, cluster.Kubeconfig, cancellationToken);
            var output = parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync($"Listening on {cluster.Url}");
            await output.WriteLineAsync("Pods run as processes of this machine, with your rights: run nothing here that you would not run in a shell.");
            await output.WriteLineAsync();
            await output.WriteLineAsync("Use it in another shell:");
            await output.WriteLineAsync($"  export KUBECONFIG={path}");
            await output.WriteLineAsync("  kubectl run hello --image=sandbox/host --restart=Never --command -- echo hello");
            await output.WriteLineAsync("  kubectl get pods -w");
            await output.WriteLineAsync("Ctrl-C stops the cluster; nothing of it is kept.");
            await Screen.UntilCancelledAsync(cancellationToken);
            return ExitCode.Done;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"wandb-sandbox: {error.Message}");
            return ExitCode.Usage;
        }
        finally
        {
            if (file is null)
            {
                File.Delete(path);
            }
        }
    }

    private static LocalClusterOptions ToOptions(ParseResult parsed) => new()
    {
        Port = parsed.GetValue(Port),
        Nodes = [.. Enumerable.Range(1, Math.Max(1, parsed.GetValue(Nodes))).Select(number => $"node-{number}")],
        Images = (parsed.GetValue(Image) ?? []).Select(ParseImage).ToDictionary(StringComparer.Ordinal),
    };

    private static KeyValuePair<string, IReadOnlyList<string>> ParseImage(string text) => text.Split('=', 2) is [{ Length: > 0 } name, var command]
        ? KeyValuePair.Create<string, IReadOnlyList<string>>(name, command.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        : throw new FormatException($"--image {text}: expected NAME=COMMAND");

    private static (string Ns, string Name, IPEndPoint Target) ParseService(string text) =>
        text.Split('=', 2) is [var service, var address] && service.Split('/') is [{ Length: > 0 } ns, { Length: > 0 } name] && IPEndPoint.TryParse(address, out var target) && target.Port > 0
            ? (ns, name, target)
            : throw new FormatException($"--service {text}: expected NAMESPACE/NAME=ADDRESS:PORT");
}
