using System.ComponentModel;
using System.Diagnostics;

namespace Wandb.Sandbox.Tests.Cluster;

/// <summary>The real kubectl, where it is installed.</summary>
public sealed class KubectlTests : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("wandb-sandbox-kubectl-");

    [Fact]
    public async Task Kubectl_applies_waits_shows_describes_and_deletes()
    {
        await using var client = await ClusterClient.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "kubeconfig"), client.Cluster.Kubeconfig, ClusterClient.Token);
        var manifest = Path.Combine(home.FullName, "job.json");
        await File.WriteAllTextAsync(manifest, """
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never",
            "containers":[{"name":"c","image":"sandbox/host","command":["echo","hello"]}]}}}}
            """, ClusterClient.Token);

        Assert.Contains("default", await RunAsync("get", "namespaces"), StringComparison.Ordinal);
        Assert.Contains("created", await RunAsync("apply", "-f", manifest), StringComparison.Ordinal);
        Assert.Contains("unchanged", await RunAsync("apply", "-f", manifest), StringComparison.Ordinal);
        Assert.Contains("serverside-applied", await RunAsync("apply", "--server-side", "-f", manifest), StringComparison.Ordinal);
        Assert.Contains("condition met", await RunAsync("wait", "--for=condition=Complete", "job/j", "--timeout=30s"), StringComparison.Ordinal);
        Assert.Contains("1/1", await RunAsync("get", "jobs"), StringComparison.Ordinal);
        Assert.Equal("hello\n", await RunAsync("logs", "job/j"));
        Assert.Contains("SuccessfulCreate", await RunAsync("describe", "job", "j"), StringComparison.Ordinal);
        Assert.Contains("deleted", await RunAsync("delete", "job", "j", "--timeout=30s"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_follows_our_kinds_and_tells_why_one_is_refused()
    {
        await using var client = await ClusterClient.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "kubeconfig"), client.Cluster.Kubeconfig, ClusterClient.Token);
        await RunAsync("apply", "-f", Path.Combine(AppContext.BaseDirectory, "crds"));
        await RunAsync("wait", "--for=condition=Established", "crd/wandbruns.wandb-operator.io", "crd/wandbprofiles.wandb-operator.io", "--timeout=30s");
        var manifest = Path.Combine(home.FullName, "run.yaml");
        const string run = "apiVersion: wandb-operator.io/v1alpha1\nkind: WandbRun\nmetadata: {name: r}\nspec: {project: PROJECT, group: cv, nonsense: 1}\n";

        await File.WriteAllTextAsync(manifest, run.Replace("PROJECT", "a/b", StringComparison.Ordinal), ClusterClient.Token);
        var refused = await RunAsync(1, "apply", "-f", manifest);
        await File.WriteAllTextAsync(manifest, run.Replace("PROJECT", "p", StringComparison.Ordinal).Replace(", nonsense: 1", "", StringComparison.Ordinal), ClusterClient.Token);
        await RunAsync("apply", "--server-side", "-f", manifest);
        using var watch = Start("get", "wbr", "-w");
        var head = await watch.StandardOutput.ReadLineAsync(ClusterClient.Token);
        var before = await watch.StandardOutput.ReadLineAsync(ClusterClient.Token);
        await RunAsync("patch", "wbr", "r", "--subresource=status", "--type=merge", "-p", """
            {"status":{"phase":"Synced","counts":{"total":5,"running":0,"synced":5,"failed":0},"lag":{"seconds":0},
             "conditions":[{"type":"Synced","status":"True","reason":"AllSynced","message":"all of 5 runs is on the server","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
            """);
        var after = await watch.StandardOutput.ReadLineAsync(ClusterClient.Token);
        watch.Kill(entireProcessTree: true);

        Assert.Contains("unknown field \"spec.nonsense\"", refused, StringComparison.Ordinal);
        Assert.Equal(["NAME", "PHASE", "RUNS", "RUNNING", "SYNCED", "FAILED", "LAG", "AGE"], head!.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("r", before!.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
        Assert.Equal(["r", "Synced", "5", "0", "5", "0", "0"], after!.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..7]);
        Assert.Contains("condition met", await RunAsync("wait", "--for=condition=Synced", "wandbrun/r", "--timeout=30s"), StringComparison.Ordinal);
        Assert.Matches("r +Synced +5 +0 +5 +0 +0 +p +cv ", await RunAsync("get", "wandb", "-o", "wide"));
        Assert.Contains("all of 5 runs is on the server", await RunAsync("describe", "wandbrun", "r"), StringComparison.Ordinal);
        Assert.Contains("No resources found", await RunAsync("get", "wbp"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_shows_the_sentence_of_a_rule()
    {
        await using var client = await ClusterClient.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "kubeconfig"), client.Cluster.Kubeconfig, ClusterClient.Token);
        await RunAsync("apply", "-f", Path.Combine(AppContext.BaseDirectory, "crds"));
        await RunAsync("wait", "--for=condition=Established", "crd/wandbruns.wandb-operator.io", "--timeout=30s");
        var manifest = Path.Combine(home.FullName, "run.yaml");
        await File.WriteAllTextAsync(manifest, "apiVersion: wandb-operator.io/v1alpha1\nkind: WandbRun\nmetadata: {name: r}\nspec: {project: a/b, tags: ['']}\n", ClusterClient.Token);

        var refused = await RunAsync(1, "apply", "-f", manifest);

        Assert.Contains("spec.project: Invalid value", refused, StringComparison.Ordinal);
        Assert.Contains("because wandb.init() refuses it", refused, StringComparison.Ordinal);
        Assert.Contains("spec.tags[0]", refused, StringComparison.Ordinal);
    }

    public void Dispose() => home.Delete(recursive: true);

    private Task<string> RunAsync(params string[] arguments) => RunAsync(0, arguments);

    /// <returns>Everything that it says.</returns>
    private async Task<string> RunAsync(int status, params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync(ClusterClient.Token);
        var output = await process.StandardOutput.ReadToEndAsync(ClusterClient.Token);
        await process.WaitForExitAsync(ClusterClient.Token);
        Assert.True(process.ExitCode == status, $"kubectl {string.Join(' ', arguments)}: {await error}");
        return output + await error;
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = Path.Combine(home.FullName, "kubeconfig");
        start.Environment["HOME"] = home.FullName;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("kubectl is not on the PATH");
            throw;
        }
    }
}
