using System.Diagnostics;

namespace Wandb.Benchmarks.Compare;

/// <summary>Starts a program and measures it until it has ended.</summary>
internal static class MeasuredProcess
{
    /// <summary>The peak only grows, so what is missed is what grows in the last few milliseconds.</summary>
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(5);

    /// <returns>Figures without what a server counted, and everything the program printed.</returns>
    public static async Task<(int ExitCode, TimeSpan Wall, ChildrenCpu Cpu, long PeakRssBytes, string Output)> RunAsync(
        ProcessStartInfo start,
        CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        ChildrenCpu before = ChildrenCpu.Now();
        long started = TimeProvider.System.GetTimestamp();
        using Process process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            Task ended = process.WaitForExitAsync(cancellationToken);
            long peak = await PeakUntilAsync(ended, process.Id, cancellationToken);
            await ended;
            TimeSpan wall = TimeProvider.System.GetElapsedTime(started);
            return (process.ExitCode, wall, ChildrenCpu.Now() - before, peak, await output + await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<long> PeakUntilAsync(Task ended, int processId, CancellationToken cancellationToken)
    {
        long peak = 0;
        using var timer = new PeriodicTimer(SampleInterval, TimeProvider.System);
        while (!ended.IsCompleted)
        {
            peak = PeakMemory.Of(processId) is { } now ? Math.Max(peak, now) : peak;
            await Task.WhenAny(ended, timer.WaitForNextTickAsync(cancellationToken).AsTask());
        }

        return peak;
    }
}
