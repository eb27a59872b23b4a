using System.Globalization;
using Wandb.Benchmarks.Compare;
using Wandb.Benchmarks.Live;

namespace Wandb.Benchmarks.Operators;

/// <summary>What the operator's process, or one beside it, used while something was sent.</summary>
internal sealed record OperatorUse(TimeSpan Elapsed, TimeSpan Cpu, long RssBytes, long PeakBytes, string Load)
{
    public static async Task<OperatorUse> DuringAsync(int processId, Func<Task> work)
    {
        (long begun, AgentUse before, string load) = (TimeProvider.System.GetTimestamp(), AgentUse.Of(processId), LoadNow());
        await work();
        AgentUse after = AgentUse.Of(processId);
        return new OperatorUse(
            TimeProvider.System.GetElapsedTime(begun), after.Cpu - before.Cpu, after.RssBytes, PeakMemory.Of(processId) ?? 0, $"{load}, {LoadNow()}");
    }

    /// <summary>Of several times: time and CPU of all, memory and load at the last.</summary>
    public static OperatorUse Sum(IReadOnlyList<OperatorUse> parts) => parts[^1] with
    {
        Elapsed = TimeSpan.FromTicks(parts.Sum(part => part.Elapsed.Ticks)),
        Cpu = TimeSpan.FromTicks(parts.Sum(part => part.Cpu.Ticks)),
    };

    /// <summary>Lines of a Markdown table.</summary>
    public IEnumerable<string> Rows() =>
    [
        FormattableString.Invariant($"| measured for, s | {Elapsed.TotalSeconds:0.0} |"),
        FormattableString.Invariant($"| CPU, % of a core | {100 * Cpu.TotalSeconds / Elapsed.TotalSeconds:0.0} |"),
        FormattableString.Invariant($"| RSS at the end, MB | {RssBytes / 1e6:0.0} |"),
        FormattableString.Invariant($"| peak RSS, MB | {PeakBytes / 1e6:0.0} |"),
        string.Create(CultureInfo.InvariantCulture, $"| load before and after | {Load} |"),
    ];

    private static string LoadNow() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
