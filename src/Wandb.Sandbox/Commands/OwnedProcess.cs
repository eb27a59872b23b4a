using System.Diagnostics;

namespace Wandb.Sandbox.Commands;

/// <summary>A process beside ours whose output nobody reads. It ends at the latest with this object.</summary>
internal sealed class OwnedProcess : IDisposable
{
    private readonly Process process;

    private OwnedProcess(Process process) => this.process = process;

    public bool HasExited => process.HasExited;

    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static OwnedProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        var process = Process.Start(start) ?? throw new UnreachableException("A process that is started anew exists");

        // A full pipe would stop it.
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return new OwnedProcess(process);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => process.Kill(entireProcessTree: true);

    /// <returns>The exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken ct)
    {
        await process.WaitForExitAsync(ct);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }
}
