using System.Diagnostics;
using Wandb.Benchmarks.Sink;

namespace Wandb.Benchmarks.Live;

/// <summary>An agent that follows an empty directory and sends to a sink. Both end with this object, and the directory goes.</summary>
internal sealed class WatchedRoot : IAsyncDisposable
{
    /// <summary>Stands in the command for the directory with the runs.</summary>
    public const string RootPlaceholder = "{runs}";

    private readonly string folder = Directory.CreateTempSubdirectory("wandb-bench-live-").FullName;
    private readonly Process agent;

    private WatchedRoot(IReadOnlyList<string> command, SinkOptions options)
    {
        Sink = CountingSink.Start(options);
        var start = new ProcessStartInfo(command[0], command.Skip(1).Select(word => word.Replace(RootPlaceholder, Runs, StringComparison.Ordinal)))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        start.Environment["WANDB_BASE_URL"] = Sink.Url.ToString();
        start.Environment["WANDB_API_KEY"] = SinkOptions.ApiKey;
        if (Sink.CertificatePem is { } certificate)
        {
            string file = Path.Combine(folder, "sink.pem");
            File.WriteAllText(file, certificate);
            start.Environment["SSL_CERT_FILE"] = file;
        }

        agent = Process.Start(start)!;

        // A full pipe would stop it.
        agent.OutputDataReceived += (_, _) => { };
        agent.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        agent.BeginOutputReadLine();
        agent.BeginErrorReadLine();
    }

    /// <summary>Working directory of the trainers.</summary>
    public string Runs => Directory.CreateDirectory(Path.Combine(folder, "runs")).FullName;

    public CountingSink Sink { get; }

    public int ProcessId => agent.Id;

    public static WatchedRoot Start(IReadOnlyList<string> command, SinkOptions options) => new(command, options);

    /// <summary>Looks every 100 ms until all these rows are there.</summary>
    /// <exception cref="TimeoutException">They did not come within two minutes.</exception>
    public async Task RowsAsync(long rows, CancellationToken cancellationToken)
    {
        long begun = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (Sink.Totals.HistoryLines < rows)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromMinutes(2))
            {
                throw new TimeoutException($"{Sink.Totals.HistoryLines} of {rows} rows arrived.");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!agent.HasExited)
        {
            agent.Kill(entireProcessTree: true);
        }

        await agent.WaitForExitAsync();
        agent.Dispose();
        await Sink.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
