using System.Diagnostics;
using Wandb.Sandbox.Demonstration;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// The sandbox's cluster as a process: where the commands of pages are run that need a cluster. What a page installs runs there as a pod, with the built operator in
/// the place of its image; images of Python run what the pod says, with a <c>python</c> that trains and a <c>pip</c> that has nothing to do.
/// </summary>
internal sealed class ClusterPlace(RunPlace place, (string Url, string ApiKey) server) : IDisposable
{
    private const string Listening = "Listening on ";
    private const string OperatorImage = "operator-image";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wandb-docs-cluster-");
    private readonly HeldPort _port = new();
    private readonly HeldPort _healthPort = new();
    private Process? _cluster;

    public string Kubeconfig => Path.Combine(_folder.FullName, "kubeconfig");

    /// <summary>Returns when the cluster answers, and what a platform team has is there: the kinds, a second namespace, and a profile that leads runs to the server.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        WriteProgram("pip", "exit 0");
        WriteProgram("python", $"exec {Program("wandb-sandbox")} train --rows 50 --rate 50");
        WriteProgram(OperatorImage, $"exec {RunPlace.StandIn(OperatorImage)} {_folder.FullName}/lock {Kubeconfig} {_port.Address.Port} {_healthPort.Address.Port} {Program("wandb-operator")} \"$@\"");
        place.AddProgram("helm", $"exec {RunPlace.StandIn("helm")} \"$@\"");
        place.AddProgram("kubectl", $"KUBECTL={Programs.PathOf("kubectl")} exec {RunPlace.StandIn("kubectl")} \"$@\"");
        await StartClusterAsync(
            limit.Token, "--service", $"wandb-operator/wandb-operator={_port.Address}", "--image", "python=",
            "--image", $"ghcr.io/wandb-operator/wandb-agent={Program("wandb-agent")}",
            "--image", $"ghcr.io/wandb-operator/wandb-operator={OperatorImage}", "--image", $"registry.corp.example/mirror/wandb-operator/wandb-operator={OperatorImage}");
        Do(
            $"""
            mkdir -p ~/.kube
            ln -s {Kubeconfig} ~/.kube/config
            kubectl apply --server-side -f crds
            kubectl apply -f - <<'END'
            apiVersion: v1
            kind: Namespace
            metadata:
              name: team-a
            ---
            apiVersion: wandb-operator.io/v1alpha1
            kind: WandbProfile
            metadata:
              name: default
              namespace: default
            spec:
              baseUrl: {server.Url}
            END
            """);
    }

    /// <summary>Takes away what an earlier page has installed, where this one does it anew.</summary>
    public void MakeRoom(IReadOnlyList<ShellBlock> blocks)
    {
        if (blocks.Any(block => block.Text.Contains("helm install", StringComparison.Ordinal) || block.Text.Contains("-f deploy", StringComparison.Ordinal)))
            Do("kubectl delete --ignore-not-found -f deploy; rm -rf ~/.helm-stand-in");
        if (blocks.Any(block => block.Text.Contains("create secret", StringComparison.Ordinal)))
            Do("kubectl delete --ignore-not-found secret wandb-api-key");
    }

    /// <returns>Names of what could still stand in the way of a pod, and of our kinds.</returns>
    public string LeftBehind() => Do("kubectl get mutatingwebhookconfigurations,crds -o name | grep wandb || true");

    /// <summary>Returns when pods would be injected: the sandbox's cluster knows no probes, so that a Deployment is available as soon as its processes run.</summary>
    public async Task UntilReadyAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        using var http = new HttpClient(new SocketsHttpHandler());
        using var timer = new PeriodicTimer(LookAgain);
        while (!await IsReadyAsync(http, limit.Token))
            await timer.WaitForNextTickAsync(limit.Token);
    }

    public void Dispose()
    {
        if (_cluster is not null)
            Programs.Stop(_cluster);
        _port.Dispose();
        _healthPort.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Do(string script)
    {
        var (status, output, error) = place.Run(script, server, Kubeconfig);
        Assert.True(status == 0, $"{script}\n{error}");
        return output;
    }

    private static string Program(string name) => Path.Combine(ProgramHelp.Folder(name), name);

    private async Task StartClusterAsync(CancellationToken ct, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program("wandb-sandbox"), ["cluster", "--kubeconfig", Kubeconfig, .. arguments])
        {
            RedirectStandardOutput = true,
            Environment = { ["PATH"] = $"{_folder.FullName}:{Programs.Variable("PATH")}" },
        };
        _cluster = Process.Start(start)!;
        while (await _cluster.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            if (line.StartsWith(Listening, StringComparison.Ordinal))
                return;
        }
        throw new InvalidOperationException("wandb-sandbox cluster ended before it listened");
    }

    private async Task<bool> IsReadyAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{_healthPort.Address}/readyz"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    private void WriteProgram(string name, string script)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        Programs.Run("chmod", "u+x", path);
    }
}
