using System.Diagnostics;
using Wandb.Benchmarks.Generate;
using Wandb.Benchmarks.Sink;

namespace Wandb.Benchmarks.Compare;

/// <summary>
/// Runs a sync program several times on one generated run, each time as if it were the first: (1) a new sink, (2) an empty home, (3) the program,
/// (4) the run folder as it was.
/// </summary>
internal sealed class Comparison(GeneratedRun run, IReadOnlyList<string> command, SinkOptions sinkOptions)
{
    /// <summary>Stands in the command for the run folder.</summary>
    public const string RunPlaceholder = "{run}";

    public async Task<MeasurementOutcome> MeasureAsync(CancellationToken cancellationToken)
    {
        await using CountingSink sink = CountingSink.Start(sinkOptions);
        string home = Directory.CreateTempSubdirectory("wandb-bench-").FullName;
        RunFolderContents before = RunFolderContents.Of(Path.Combine(run.Folder, "wandb"));
        try
        {
            var (exitCode, wall, cpu, peak, output) = await MeasuredProcess.RunAsync(await StartInfoAsync(sink, home, cancellationToken), cancellationToken);
            SinkTotals received = sink.Totals;
            return exitCode == 0 && received.HistoryLines == run.Rows && received.IsComplete
                ? new MeasurementOutcome.Measured(new Measurement(wall, cpu.User, cpu.System, peak, received))
                : new MeasurementOutcome.Incomplete($"exit code {exitCode}, {received}, wanted {run.Rows} history lines\n{output}");
        }
        finally
        {
            before.RemoveWhatIsNew();
            Directory.Delete(home, recursive: true);
        }
    }

    private async Task<ProcessStartInfo> StartInfoAsync(CountingSink sink, string home, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1).Select(word => word.Replace(RunPlaceholder, run.RunFolder, StringComparison.Ordinal)))
        {
            WorkingDirectory = run.Folder,
        };
        start.Environment["HOME"] = home;
        start.Environment["WANDB_BASE_URL"] = sink.Url.ToString();
        start.Environment["WANDB_API_KEY"] = SinkOptions.ApiKey;
        if (sink.CertificatePem is { } certificate)
        {
            string file = Path.Combine(home, "sink.pem");
            await File.WriteAllTextAsync(file, certificate, cancellationToken);
            start.Environment["SSL_CERT_FILE"] = file;
        }

        return start;
    }
}
