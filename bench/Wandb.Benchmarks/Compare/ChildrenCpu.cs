using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Wandb.Benchmarks.Compare;

/// <summary>Processor time of all child processes that have ended, as getrusage(2) tells it: to the microsecond, their own children included.</summary>
internal readonly partial record struct ChildrenCpu(TimeSpan User, TimeSpan System)
{
    private const int OfWaitedForChildren = -1;

    public static ChildrenCpu Now()
    {
        if (GetResourceUsage(OfWaitedForChildren, out ResourceUsage usage) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        return new ChildrenCpu(Time(usage.UserSeconds, usage.UserMicroseconds), Time(usage.SystemSeconds, usage.SystemMicroseconds));
    }

    public static ChildrenCpu operator -(ChildrenCpu later, ChildrenCpu earlier) => new(later.User - earlier.User, later.System - earlier.System);

    private static TimeSpan Time(long seconds, long microseconds) => TimeSpan.FromSeconds(seconds) + TimeSpan.FromMicroseconds(microseconds);

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetResourceUsage(int who, out ResourceUsage usage);

    /// <summary>struct rusage of 64-bit Linux: two times of two longs, and fourteen longs that are not read.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 18 * sizeof(long))]
    private struct ResourceUsage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
    }
}
