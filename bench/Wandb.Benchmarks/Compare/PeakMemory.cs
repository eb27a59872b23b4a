using System.Globalization;

namespace Wandb.Benchmarks.Compare;

/// <summary>Highest resident memory of a process so far, from /proc (proc(5), VmHWM).</summary>
internal static class PeakMemory
{
    private const string Line = "VmHWM:";

    /// <returns>Bytes; null when the process has ended.</returns>
    public static long? Of(int processId)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal));
            return line is null ? null : long.Parse(line[Line.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
