using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Wandb.Benchmarks.Live;

/// <summary>What a running process has used so far: processor time to the nanosecond, and its resident memory now.</summary>
internal readonly partial record struct AgentUse(TimeSpan Cpu, long RssBytes)
{
    private const string ResidentLine = "VmRSS:";

    /// <exception cref="InvalidOperationException">The process has ended.</exception>
    public static AgentUse Of(int processId)
    {
        // clock_getcpuclockid(3): the inverted id of the process in the high bits, CPUCLOCK_SCHED (2) in the low ones. /proc tells 10 ms steps only.
        if (GetTime((~processId << 3) | 2, out TimeSpec time) != 0)
        {
            throw new InvalidOperationException($"The measured process has ended ({new Win32Exception(Marshal.GetLastPInvokeError()).Message}).");
        }

        string line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith(ResidentLine, StringComparison.Ordinal));
        long resident = long.Parse(line[ResidentLine.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
        return new AgentUse(TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0), resident);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);

    /// <summary>struct timespec of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
