using System.Collections.Concurrent;
using System.Globalization;
using Wandb.Benchmarks.Compare;
using Wandb.Benchmarks.Sink;

namespace Wandb.Benchmarks.Live;

/// <summary>Measures an agent for some time after a warm-up: (1) runs begin, (2) the server has them all, (3) warm-up, (4) measurement, (5) last rows.</summary>
/// <param name="rowsPerSecond">Of each run; 0: quiet runs, of which each has one row.</param>
internal sealed class LiveMeasurement(int runs, int rowsPerSecond, TimeSpan warmUp, TimeSpan duration, SinkOptions options, IReadOnlyList<string> command)
{
    private readonly ConcurrentDictionary<string, List<(long Rows, long Timestamp)>> arrivals = new(StringComparer.Ordinal);

    /// <returns>Lines of a Markdown table.</returns>
    public async Task<IReadOnlyList<string>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using WatchedRoot root = WatchedRoot.Start(command, options with { OnStream = Note });
        // 1
        LiveTrainer[] trainers = [.. Enumerable.Range(0, runs).Select(i => new LiveTrainer(root.Runs, string.Create(CultureInfo.InvariantCulture, $"live{i:0000}")))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        foreach (LiveTrainer trainer in trainers)
        {
            trainer.Log();
        }

        // 2
        await root.RowsAsync(runs, cancellationToken);
        Task logging = rowsPerSecond == 0
            ? Task.CompletedTask
            : Task.WhenAll(trainers.Select((trainer, i) => Task.Run(() => trainer.LogAsync(rowsPerSecond, (double)i / runs, stop.Token), cancellationToken)));
        // 3
        await Task.Delay(warmUp, TimeProvider.System, cancellationToken);
        // 4
        (long begun, AgentUse before, SinkTotals received, string load) = (TimeProvider.System.GetTimestamp(), AgentUse.Of(root.ProcessId), root.Sink.Totals, Load());
        await Task.Delay(duration, TimeProvider.System, cancellationToken);
        (TimeSpan elapsed, AgentUse after, SinkTotals total, long peak) =
            (TimeProvider.System.GetElapsedTime(begun), AgentUse.Of(root.ProcessId), root.Sink.Totals, PeakMemory.Of(root.ProcessId) ?? 0);
        load += $", {Load()}";
        await stop.CancelAsync();
        await logging;
        // 5
        await root.RowsAsync(trainers.Sum(trainer => trainer.Written.Count), cancellationToken);
        foreach (LiveTrainer trainer in trainers)
        {
            trainer.Dispose();
        }

        double cpu = (after.Cpu - before.Cpu).TotalSeconds;
        return
        [
            "| | |",
            "|---|---:|",
            Row("measured for, s", elapsed.TotalSeconds, "0.0"),
            Row("CPU, s", cpu, "0.000"),
            Row("CPU, % of a core", 100 * cpu / elapsed.TotalSeconds, "0.00"),
            Row("CPU per hour, s", cpu * 3600 / elapsed.TotalSeconds, "0.0"),
            Row("RSS at the end, MB", after.RssBytes / 1e6, "0.0"),
            Row("peak RSS, MB", peak / 1e6, "0.0"),
            Row("requests", total.Requests - received.Requests, "0"),
            Row("429, all the time", total.Throttled, "0"),
            Row("rows", total.HistoryLines - received.HistoryLines, "0"),
            .. rowsPerSecond == 0 ? [] : Delays(trainers, begun),
            $"| load before and after | {load} |",
        ];
    }

    private IEnumerable<string> Delays(IReadOnlyList<LiveTrainer> trainers, long begun)
    {
        // Rows of the warm-up are left out: row numbers begin behind them.
        long[] delays =
        [
            .. trainers.SelectMany(trainer =>
            {
                int warm = trainer.Written.Count(time => time < begun);
                return RowDelays.Of(trainer.Written, arrivals[trainer.RunId]).Skip(warm);
            }).Order(),
        ];
        string Seconds(string name, long ticks) => Row(name, TimeProvider.System.GetElapsedTime(0, ticks).TotalSeconds, "0.000");
        return delays.Length == 0
            ? []
            :
            [
                Seconds("file to server p50, s", RowDelays.Percentile(delays, 0.50)),
                Seconds("p95, s", RowDelays.Percentile(delays, 0.95)),
                Seconds("p99, s", RowDelays.Percentile(delays, 0.99)),
                Seconds("max, s", delays[^1]),
            ];
    }

    /// <summary>The sink tells one after the other.</summary>
    private void Note(StreamArrival arrival) => arrivals.GetOrAdd(arrival.Run, _ => []).Add((arrival.HistoryLines, arrival.Timestamp));

    private static string Row(string name, double value, string format) => $"| {name} | {value.ToString(format, CultureInfo.InvariantCulture)} |";

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
