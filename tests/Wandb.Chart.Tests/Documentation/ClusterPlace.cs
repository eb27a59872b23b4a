using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// The sandbox's cluster with our kinds and the operator beside it, all as processes: where the commands of pages are run that need a cluster.
/// Images of Python run what the pod says, with a <c>python</c> that trains and a <c>pip</c> that has nothing to do.
/// </summary>
internal sealed class ClusterPlace : IDisposable
{
    private const string Listening = "Listening on ";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wandb-docs-cluster-");
    private readonly List<Process> _processes = [];

    public string Kubeconfig => Path.Combine(_folder.FullName, "kubeconfig");

    /// <summary>Returns when pods would be injected.</summary>
    public async Task StartAsync(RunPlace place, (string Url, string ApiKey) server, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        WriteProgram("pip", "exit 0");
        WriteProgram("python", $"exec {Path.Combine(ProgramHelp.Folder("wandb-sandbox"), "wandb-sandbox")} train --rows 50 --rate 50");
        var port = FreePort();
        await StartAsync(
            "wandb-sandbox", "https", limit.Token, "cluster", "--kubeconfig", Kubeconfig, "--service", $"wandb-operator/wandb-operator=127.0.0.1:{port}",
            "--image", "python=", "--image", $"ghcr.io/wandb-operator/wandb-agent={Path.Combine(ProgramHelp.Folder("wandb-agent"), "wandb-agent")}");
        var (status, _, error) = place.Run(
            $"""
            kubectl apply --server-side -f crds
            kubectl apply -f deploy/00-namespace.yaml -f deploy/40-mutatingwebhookconfiguration.yaml
            kubectl create namespace team-a --dry-run=client -o yaml | kubectl apply -f -
            kubectl create secret generic wandb-api-key --from-literal=api-key={server.ApiKey} --dry-run=client -o yaml | kubectl apply -f -
            """,
            server, Kubeconfig);
        Assert.True(status == 0, error);
        var defaults = Path.Combine(_folder.FullName, "defaults.yaml");
        await File.WriteAllTextAsync(defaults, $"baseUrl: {server.Url}\napiKeySecretRef: {{name: wandb-api-key}}\n", limit.Token);
        var health = await StartAsync(
            "wandb-operator", "http", limit.Token, "serve", "--kubeconfig", Kubeconfig, "--namespace", "wandb-operator", "--listen", "127.0.0.1", "--https-port", $"{port}",
            "--health-port", "0", "--report-url", $"https://127.0.0.1:{port}/v1/reports", "--defaults", defaults);
        await UntilReadyAsync(new Uri(new Uri(health), "/readyz"), limit.Token);
    }

    public void Dispose()
    {
        foreach (var process in Enumerable.Reverse(_processes))
            Programs.Stop(process);
        _folder.Delete(recursive: true);
    }

    /// <summary>Starts one of our programs.</summary>
    /// <returns>The address of this scheme that it says it listens on.</returns>
    private async Task<string> StartAsync(string program, string scheme, CancellationToken ct, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(ProgramHelp.Folder(program), program), arguments)
        {
            RedirectStandardOutput = true,
            // What it logs would fill a pipe.
            Environment = { ["PATH"] = $"{_folder.FullName}:{Programs.Variable("PATH")}", ["WANDB_OPERATOR_LOG_LEVEL"] = "error" },
        };
        var process = new Process { StartInfo = start };
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                address.TrySetException(new InvalidOperationException($"{program} ended before it listened"));
            else if (line.Data.StartsWith(Listening + scheme + "://", StringComparison.Ordinal))
                address.TrySetResult(line.Data[Listening.Length..].Trim());
        };
        process.Start();
        _processes.Add(process);
        process.BeginOutputReadLine();
        return await address.Task.WaitAsync(ct);
    }

    private static async Task UntilReadyAsync(Uri readiness, CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var timer = new PeriodicTimer(LookAgain);
        while (true)
        {
            using var answer = await http.GetAsync(readiness, ct);
            if (answer.IsSuccessStatusCode)
                return;
            await timer.WaitForNextTickAsync(ct);
        }
    }

    private void WriteProgram(string name, string script)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        Programs.Run("chmod", "u+x", path);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
