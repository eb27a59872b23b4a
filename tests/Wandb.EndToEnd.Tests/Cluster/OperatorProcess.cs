using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wandb.Contract;
using Wandb.Sandbox.Commands;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary><c>wandb-operator serve</c> as a process outside of the cluster; what it logs goes to a file.</summary>
/// <param name="folder">Holds the kubeconfig, and gets the log.</param>
/// <param name="agentImage">What it injects.</param>
internal sealed class OperatorProcess(string folder, string agentImage) : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private Process? _process;

    /// <summary>The same for every start: agents and the API server keep it.</summary>
    public IPEndPoint Address { get; } = FreeAddress();

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(folder, "operator.log");

    public static string KubeconfigIn(string folder) => Path.Combine(folder, "kubeconfig");

    /// <summary>Returns when it says that it is ready.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        var start = AgentProcess.StartInfo(Path.Combine(AppContext.BaseDirectory, "Wandb.Operator.dll"), Arguments(), new Uri("http://127.0.0.1"), "");
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        var health = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) =>
        {
            Keep(line.Data);
            if (line.Data?.Split(' ')[^1] is { } url && url.StartsWith("http://", StringComparison.Ordinal))
                health.TrySetResult(new Uri(url));
        };
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Exited += (_, _) => health.TrySetException(new InvalidOperationException("the operator has ended:\n" + Log));
        _process.EnableRaisingEvents = true;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await UntilReadyAsync(await health.Task.WaitAsync(StartLimit, ct), ct);
    }

    /// <summary>SIGTERM, as a kubelet sends it.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(StartLimit);
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private string[] Arguments() =>
    [
        "serve", "--kubeconfig", KubeconfigIn(folder), "--namespace", "wandb-operator", "--listen", "127.0.0.1", "--health-port", "0",
        "--https-port", Address.Port.ToString(CultureInfo.InvariantCulture), "--report-url", $"https://{Address}{AgentPaths.ReportPath}",
        "--agent-image", agentImage, "--drain-seconds", "0",
    ];

    private void Keep(string? line)
    {
        lock (this)
            File.AppendAllText(LogFile, line + "\n");
    }

    private async Task UntilReadyAsync(Uri health, CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var timer = new PeriodicTimer(LookAgain);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var answer = await http.GetAsync(new Uri(health, "/readyz"), ct);
            if (answer.IsSuccessStatusCode)
                return;
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < StartLimit, $"the operator does not become ready: {await answer.Content.ReadAsStringAsync(ct)}\n{Log}");
            await timer.WaitForNextTickAsync(ct);
        }
    }

    private static IPEndPoint FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
