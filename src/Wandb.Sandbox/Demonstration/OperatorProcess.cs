using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wandb.Contract;
using Wandb.Sandbox.Commands;

namespace Wandb.Sandbox.Demonstration;

/// <summary>wandb-operator as a process beside the cluster, started as a person would with <c>serve --kubeconfig</c>. It ends at the latest with this object.</summary>
internal sealed class OperatorProcess : IDisposable
{
    // What it said last, should it end.
    private const int KeptLines = 20;
    private const string Listening = "Listening on ";

    private static readonly TimeSpan ReadyTick = TimeSpan.FromMilliseconds(100);

    private readonly Process process;
    private readonly Queue<string> lastLines = new(); // guarded by itself
    private readonly TaskCompletionSource<Uri> health = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OperatorProcess(ProcessStartInfo start, IPEndPoint address)
    {
        Address = address;
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Exited += (_, _) => health.TrySetCanceled();
    }

    /// <summary>Where it takes admission reviews and reports.</summary>
    public IPEndPoint Address { get; }

    /// <summary>The operator that was built with the sandbox.</summary>
    private static string Built => Path.Combine(AppContext.BaseDirectory, "Wandb.Operator.dll");

    /// <param name="kubeconfig">Path of the kubeconfig.</param>
    /// <param name="ns">The operator's own namespace.</param>
    /// <param name="agentImage">Image of the agent.</param>
    /// <exception cref="InvalidOperationException">It ends at once; the message has its last words.</exception>
    public static async Task<OperatorProcess> StartAsync(string kubeconfig, string ns, string agentImage, CancellationToken ct)
    {
        var address = FreeAddress();
        var command = AgentProcess.Command(Built);
        string[] arguments =
        [
            "serve", "--kubeconfig", kubeconfig, "--namespace", ns, "--listen", $"{address.Address}", "--https-port", $"{address.Port}", "--health-port", "0",
            "--report-url", $"https://{address}{AgentPaths.ReportPath}", "--agent-image", agentImage,
        ];
        var started = new OperatorProcess(
            new ProcessStartInfo(command[0], [.. command.Skip(1), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true },
            address);
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

    /// <summary>Agents must know it before the operator listens there. Somebody else may take it in between, which the operator then says.</summary>
    private static IPEndPoint FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    private string Ending()
    {
        lock (lastLines)
            return $"wandb-operator ended:{Environment.NewLine}{string.Join(Environment.NewLine, lastLines)}";
    }
}
