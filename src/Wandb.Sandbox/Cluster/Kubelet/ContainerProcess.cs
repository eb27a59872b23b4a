using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>A container: a process of the host with its own environment.</summary>
internal sealed partial class ContainerProcess : IDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan LastLines = TimeSpan.FromSeconds(2);

    // A program of this age that does not handle SIGTERM will not do so later, and does not get it dropped any more.
    private static readonly TimeSpan StartsUntil = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    // What a program of the host needs to be found and to run; everything else of our environment stays out.
    private static readonly string[] Inherited = ["PATH", "DOTNET_ROOT", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ"];

    private readonly Process process;
    private readonly ContainerLog log;
    private readonly TaskCompletionSource stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isOutOfMemory;

    private ContainerProcess(Process process, ContainerLog log, DateTimeOffset startedAt)
    {
        this.process = process;
        this.log = log;
        StartedAt = startedAt;
    }

    public DateTimeOffset StartedAt { get; }

    /// <param name="problem">Set when the answer is null.</param>
    public static ContainerProcess? Start(ContainerCommand command, string logPath, TimeProvider time, out string problem)
    {
        problem = "";
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Except(Inherited).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in command.Variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(start) ?? throw new UnreachableException("A process that is started anew exists");
            process.StandardInput.Close();
            return new ContainerProcess(process, new ContainerLog(logPath, time), time.GetUtcNow());
        }
        catch (Exception error) when (error is Win32Exception or IOException or UnauthorizedAccessException)
        {
            problem = error.Message;
            return null;
        }
    }

    /// <summary>Waits for the end and for all that was written. A requested stop is told to the process meanwhile.</summary>
    public async Task<ContainerEnd> WaitAsync(TimeProvider time)
    {
        var copied = Task.WhenAll(log.CopyAsync(process.StandardOutput), log.CopyAsync(process.StandardError));
        var exited = process.WaitForExitAsync(CancellationToken.None);
        if (await Task.WhenAny(exited, stopRequested.Task) != exited)
        {
            await AskToStopAsync(exited, time);
        }

        await exited;

        // A child that outlives the process may hold the pipes open for ever.
        await Task.WhenAny(copied, Task.Delay(LastLines, time, CancellationToken.None));
        var code = process.ExitCode;
        return new ContainerEnd(code, isOutOfMemory ? "OOMKilled" : code == 0 ? "Completed" : "Error", StartedAt, time.GetUtcNow());
    }

    /// <summary>SIGTERM to the process alone, once, as a kubelet sends it to PID 1.</summary>
    public void RequestStop() => stopRequested.TrySetResult();

    /// <summary>SIGKILL, with all children.</summary>
    public void Kill(bool asOutOfMemory)
    {
        isOutOfMemory |= asOutOfMemory;
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in this moment.
        }
    }

    public void Dispose()
    {
        process.Dispose();
        log.Dispose();
    }

    // PID 1 of a container is not killed by a SIGTERM it does not handle (pid_namespaces(7)), and a kubelet needs up to a second to see that the
    // others have ended. A process of the host is killed by it: one that still starts is asked when it can answer.
    private async Task AskToStopAsync(Task exited, TimeProvider time)
    {
        while (!exited.IsCompleted && !HandlesTerminate(process.Id) && time.GetUtcNow() - StartedAt < StartsUntil)
        {
            await Task.WhenAny(exited, Task.Delay(Look, time, CancellationToken.None));
        }

        if (!exited.IsCompleted)
        {
            _ = SendSignal(process.Id, Terminate);
        }
    }

    // proc_pid_status(5): SigCgt is the mask of handled signals, in hexadecimal. A system that does not say is taken to handle it.
    private static bool HandlesTerminate(int processId)
    {
        try
        {
            var mask = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
            return mask is null || (ulong.Parse(mask.AsSpan("SigCgt:".Length), NumberStyles.AllowHexSpecifier | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) >> (Terminate - 1) & 1) == 1;
        }
        catch (IOException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
