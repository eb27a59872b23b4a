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

    public void Dispose() => home.Delete(recursive: true);

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = Path.Combine(home.FullName, "kubeconfig");
        start.Environment["HOME"] = home.FullName;
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(ClusterClient.Token);
            var output = await process.StandardOutput.ReadToEndAsync(ClusterClient.Token);
            await process.WaitForExitAsync(ClusterClient.Token);
            Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: {await error}");
            return output;
        }
        catch (Win32Exception)
        {
            Assert.Skip("kubectl is not on the PATH");
            throw;
        }
    }
}
