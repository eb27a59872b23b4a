using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Wandb.EndToEnd.Tests.Hook;

/// <summary>A Python script with the hook in its path, and with a stand-in for the SDK, which is sent SIGTERM.</summary>
internal sealed class HookedTrainer : IDisposable
{
    private static readonly string Sources = Path.Combine(AppContext.BaseDirectory, "Hook", "Python");

    private readonly string _folder = Directory.CreateTempSubdirectory("wandb-hook-").FullName;

    /// <summary>Where a test puts modules that lie behind the hook in the path.</summary>
    public string Modules => Directory.CreateDirectory(Path.Combine(_folder, "modules")).FullName;

    /// <param name="script">Prints <c>ready</c> when it can be sent the signal; its standard input ends after the last signal.</param>
    /// <param name="lines">A signal is sent when such a line is printed, in this order.</param>
    /// <param name="asFirstOfNamespace">As process 1 of a PID namespace, as in a container.</param>
    public async Task<TrainerEnd> SignalAsync(string script, string lines = "ready", bool asFirstOfNamespace = false)
    {
        string[] namespaced = ["unshare", "--pid", "--fork", "--kill-child", "--map-root-user"];
        if (asFirstOfNamespace)
            Assert.SkipUnless(await SucceedsAsync([.. namespaced, "true"]), "PID namespaces are not permitted here");
        Assert.SkipUnless(await SucceedsAsync(["python3", "-S", "-c", "import sys; sys.exit(sys.version_info < (3, 8))"]), "Needs python3, 3.8 or later");
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

    private async Task<bool> SucceedsAsync(string[] command)
    {
        try
        {
            return await RunAsync(command) is (0, _, _);
        }
        catch (Win32Exception)
        {
            // There is no such program.
            return false;
        }
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONPATH"] = string.Join(':', Path.Combine(Sources, "hook"), Modules, Sources);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
