using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Wandb.EndToEnd.Tests.Hook;

/// <summary>A Python script with the hook in its path, and with a stand-in for the SDK, which is sent SIGTERM.</summary>
internal sealed class HookedTrainer : IDisposable
{
    private static readonly string Sources = Path.Combine(AppContext.BaseDirectory, "Hook", "Python");

    private string _hook = Path.Combine(Sources, "hook");
    private readonly string _folder = Directory.CreateTempSubdirectory("wandb-hook-").FullName;

    /// <summary>Where a test puts modules that lie behind the hook in the path.</summary>
    public string Modules => Directory.CreateDirectory(Path.Combine(_folder, "modules")).FullName;

    /// <summary>The hook as a kubelet writes files into a volume: through a link to a folder that holds the files of one version.</summary>
    public void LinkHook()
    {
        var volume = Directory.CreateDirectory(Path.Combine(_folder, "volume")).FullName;
        Directory.CreateDirectory(Path.Combine(volume, "..2026_01_01"));
        File.Copy(Path.Combine(_hook, "sitecustomize.py"), Path.Combine(volume, "..2026_01_01", "sitecustomize.py"));
        Directory.CreateSymbolicLink(Path.Combine(volume, "..data"), "..2026_01_01");
        File.CreateSymbolicLink(Path.Combine(volume, "sitecustomize.py"), "..data/sitecustomize.py");
        _hook = volume;
    }

    /// <param name="script">Prints <c>ready</c> when it can be sent the signal; its standard input ends after the last signal.</param>
    /// <param name="lines">A signal is sent when such a line is printed, in this order.</param>
    /// <param name="asFirstOfNamespace">As process 1 of a PID namespace, as in a container.</param>
    public async Task<TrainerEnd> SignalAsync(string script, string lines = "ready", bool asFirstOfNamespace = false)
    {
        string[] namespaced = ["unshare", "--pid", "--fork", "--kill-child", "--map-root-user"];
        if (asFirstOfNamespace)
            Assert.SkipUnless(await Python3.SucceedsAsync([.. namespaced, "true"]), "PID namespaces are not permitted here");
        await Python3.NeededAsync();
        var file = Path.Combine(_folder, "train.py");
        await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);
        string[] trainer = asFirstOfNamespace ? [.. namespaced, "python3", file] : ["python3", file];
        var (code, output, error) = await RunAsync(["python3", "-S", Path.Combine(Sources, "send_signals.py"), lines, .. trainer]);
        Assert.True(code == 0, error);
        using var end = JsonDocument.Parse(output);
        Assert.Empty(end.RootElement.GetProperty("unsent").EnumerateArray());
        return new TrainerEnd(
            end.RootElement.GetProperty("code").GetInt32(),
            [.. end.RootElement.GetProperty("output").EnumerateArray().Select(line => line.GetString()!)],
            end.RootElement.GetProperty("error").GetString()!);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int Code, string Output, string Error)> RunAsync(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONPATH"] = string.Join(':', _hook, Modules, Sources);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
