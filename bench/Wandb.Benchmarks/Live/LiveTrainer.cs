using System.Globalization;
using Wandb.Sandbox.Trainer;

namespace Wandb.Benchmarks.Live;

/// <summary>
/// Writes a growing run. Unlike the SDK, which waits for 32 KiB, it writes each row out at once where it is asked to: the delay to be measured
/// is that of the agent, not that of the SDK.
/// </summary>
internal sealed class LiveTrainer : IDisposable
{
    private readonly FileStream file;
    private readonly RunFileWriter writer;
    private readonly RunRecordBytes records;
    private readonly TrainerRun run;
    private readonly long begun = TimeProvider.System.GetTimestamp();

    /// <param name="folder">Gets `wandb/offline-run-…`.</param>
    public LiveTrainer(string folder, string runId)
    {
        run = new TrainerRun { RunId = runId, Project = "bench", StartTime = TimeProvider.System.GetUtcNow() };
        string directory = Path.Combine(
            folder, "wandb", string.Create(CultureInfo.InvariantCulture, $"offline-run-{run.StartTime:yyyyMMdd_HHmmss}-{runId}"));
        Directory.CreateDirectory(Path.Combine(directory, "files"));
        file = new FileStream(Path.Combine(directory, $"run-{runId}.wandb"), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        writer = new RunFileWriter(file);
        records = new RunRecordBytes(runId);
        writer.Append(records.Header());
        writer.Append(records.Run(run, mailboxSlot: "slot00000001"));
        writer.Append(records.Environment(run));
        writer.Append(records.Telemetry(run));
        writer.Flush();
    }

    public string RunId => run.RunId;

    /// <summary>When each row was in the file, by step; of <see cref="TimeProvider.System"/>.</summary>
    public List<long> Written { get; } = [];

    /// <summary>Adds one row of three metrics, and writes it out.</summary>
    public void Log()
    {
        int step = Written.Count;
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(begun);
        RecordItem[] items =
        [
            RecordItem.Of("loss", SdkJson.Of(Math.Exp(-step / 500.0))),
            RecordItem.Of("accuracy", SdkJson.Of(1 - Math.Exp(-step / 300.0))),
            RecordItem.Of("rate", SdkJson.Of(0.001)),
            RecordItem.Of("_timestamp", SdkJson.Of((run.StartTime + elapsed).ToUnixTimeMilliseconds() / 1000.0)),
            RecordItem.Of("_runtime", SdkJson.Of(elapsed.TotalSeconds)),
            RecordItem.Of("_step", SdkJson.Of(step)),
        ];
        writer.Append(records.RuntimeSummary((long)elapsed.TotalSeconds));
        writer.Append(records.Summary(items));
        writer.Append(records.History(step, items));
        writer.Flush();
        Written.Add(TimeProvider.System.GetTimestamp());
    }

    /// <summary>Logs at a steady rate until it is stopped.</summary>
    /// <param name="offset">Share of the interval to begin later, 0 to 1: trainers do not log all at the same moment.</param>
    public async Task LogAsync(int rowsPerSecond, double offset, CancellationToken stop)
    {
        TimeSpan interval = TimeSpan.FromSeconds(1.0 / rowsPerSecond);
        try
        {
            await Task.Delay(interval * offset, TimeProvider.System, stop);
            using var timer = new PeriodicTimer(interval, TimeProvider.System);
            do
            {
                Log();
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    public void Dispose() => file.Dispose();
}
