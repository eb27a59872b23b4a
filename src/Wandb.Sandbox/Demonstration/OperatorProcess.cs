using System.Diagnostics;
using System.Globalization;
using System.Net;
using Wandb.Contract;
using Wandb.Sandbox.Commands;

namespace Wandb.Sandbox.Demonstration;

/// <summary>How wandb-operator is started beside a cluster.</summary>
/// <param name="Kubeconfig">Path.</param>
/// <param name="Namespace">The operator's own.</param>
/// <param name="AgentImage">What it injects.</param>
/// <param name="Address">Where it takes admission reviews and reports; agents and the API server keep it over restarts.</param>
internal sealed record OperatorStart(string Kubeconfig, string Namespace, string AgentImage, IPEndPoint Address)
{
    /// <summary>Wandb.Operator.dll; null: the one that was built with the sandbox.</summary>
    public string? Program { get; init; }

    /// <summary>Further flags of <c>serve</c>.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Variables beyond those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(0);

    /// <summary>Gets each line that it says, from several threads, one after the other; null: nobody does.</summary>
    public Action<string>? Log { get; init; }
}

/// <summary>wandb-operator as a process beside the cluster, started as a person would with <c>serve --kubeconfig</c>. It ends at the latest with this object.</summary>
internal sealed class OperatorProcess : IDisposable
{
    // What it said last, should it end.
    private const int KeptLines = 20;
    private const string Listening = "Listening on ";

    private static readonly TimeSpan ReadyTick = TimeSpan.FromMilliseconds(100);

    private readonly Process process;
    private readonly Action<string>? log;
    private readonly Queue<string> lastLines = new(); // guarded by itself
    private readonly TaskCompletionSource<Uri> health = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OperatorProcess(ProcessStartInfo start, Action<string>? log)
    {
        this.log = log;
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Exited += (_, _) => health.TrySetCanceled();
    }

    /// <summary>Of the process.</summary>
    public int Id => process.Id;

    private static string Built => Path.Combine(AppContext.BaseDirectory, "Wandb.Operator.dll");

    /// <exception cref="InvalidOperationException">It ends at once; the message has its last words.</exception>
    public static async Task<OperatorProcess> StartAsync(OperatorStart start, CancellationToken ct)
    {
        string[] arguments =
        [
            "serve", "--kubeconfig", start.Kubeconfig, "--namespace", start.Namespace, "--listen", $"{start.Address.Address}", "--https-port", $"{start.Address.Port}",
            "--health-port", "0", "--report-url", $"https://{start.Address}{AgentPaths.ReportPath}", "--agent-image", start.AgentImage, .. start.Flags,
        ];
        var info = AgentProcess.StartInfo(start.Program ?? Built, arguments);
        foreach (var (name, value) in start.Environment)
            info.Environment[name] = value;
        info.RedirectStandardOutput = info.RedirectStandardError = true;
        var started = new OperatorProcess(info, start.Log);
        try
        {
            started.process.Start();
            started.process.BeginOutputReadLine();
            started.process.BeginErrorReadLine();
            await started.health.Task.WaitAsync(ct);
            return started;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var message = started.Ending();
            started.Dispose();
            throw new InvalidOperationException(message);
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>Waits for its caches and its certificate.</summary>
    /// <exception cref="InvalidOperationException">It has ended; the message has its last words.</exception>
    public async Task UntilReadyAsync(CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var timer = new PeriodicTimer(ReadyTick);
        var url = new Uri(await health.Task, "readyz");
        while (!await IsReadyAsync(http, url, ct))
        {
            ThrowIfOver();
            await timer.WaitForNextTickAsync(ct);
        }
    }

    /// <exception cref="InvalidOperationException">It has ended; the message has its last words.</exception>
    public void ThrowIfOver()
    {
        if (process.HasExited)
            throw new InvalidOperationException(Ending());
    }

    /// <summary>SIGTERM, as a kubelet sends it; returns at its end.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (process.HasExited)
            return;
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(ct);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (lastLines)
        {
            log?.Invoke(line);
            lastLines.Enqueue(line);
            if (lastLines.Count > KeptLines)
                lastLines.Dequeue();
        }
        if (line.StartsWith(Listening, StringComparison.Ordinal) && Uri.TryCreate(line[Listening.Length..], UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp)
            health.TrySetResult(url);
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri url, CancellationToken ct)
    {
        using var response = await http.GetAsync(url, ct);
        return response.IsSuccessStatusCode;
    }

    private string Ending()
    {
        lock (lastLines)
            return $"wandb-operator ended:{Environment.NewLine}{string.Join(Environment.NewLine, lastLines)}";
    }
}
