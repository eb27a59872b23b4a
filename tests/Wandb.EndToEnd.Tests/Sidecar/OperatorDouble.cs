using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Wandb.Contract;

namespace Wandb.EndToEnd.Tests.Sidecar;

/// <summary>An operator on 127.0.0.1 that keeps the reports and answers what the test says.</summary>
internal sealed class OperatorDouble : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<AgentReport> _reports = [];
    private readonly Task _serving;
    private ReportAnswer _answer = new();
    private string? _text;
    private int _seen;

    public OperatorDouble()
    {
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1/reports");
        _serving = ServeAsync();
    }

    public Uri Url { get; }

    public ReportAnswer Answer
    {
        get
        {
            lock (_gate)
                return _answer;
        }
        set
        {
            lock (_gate)
                _answer = value;
        }
    }

    /// <summary>Of so many reports one reaches the replica that leads; the others are refused with 503. Default 1.</summary>
    public int OneOf { get; init; } = 1;

    /// <summary>Called with each report before it is answered.</summary>
    public Action<AgentReport> Received { get; set; } = static _ => { };

    /// <summary>What is answered to the letter, as another version may; null: <see cref="Answer"/>.</summary>
    public string? AnswerText
    {
        get
        {
            lock (_gate)
                return _text;
        }
        set
        {
            lock (_gate)
                _text = value;
        }
    }

    public IReadOnlyList<AgentReport> Reports
    {
        get
        {
            lock (_gate)
                return [.. _reports];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Before the listener is closed: one that is asked for a connection after that throws InvalidOperationException.
        await _serving;
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream(), _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the test.
        }
    }

    /// <summary>One request a connection; what is no report is left without an answer.</summary>
    private async Task AnswerAsync(NetworkStream stream, CancellationToken ct)
    {
        try
        {
            using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
            var length = 0;
            while (await reader.ReadLineAsync(ct) is { Length: > 0 } line)
            {
                if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                    length = int.Parse(line.AsSpan("Content-Length:".Length), System.Globalization.CultureInfo.InvariantCulture);
            }
            var body = new char[length];
            // A request that was given up has no body.
            if (length == 0 || await reader.ReadBlockAsync(body.AsMemory(), ct) < length)
                return;
            if (++_seen % OneOf != 0)
            {
                await stream.WriteAsync("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), ct);
                return;
            }
            var report = JsonSerializer.Deserialize(Encoding.Latin1.GetBytes(body), ContractJson.Default.AgentReport)!;
            Received(report);
            byte[] answer;
            lock (_gate)
            {
                _reports.Add(report);
                answer = _text is null ? JsonSerializer.SerializeToUtf8Bytes(_answer, ContractJson.Default.ReportAnswer) : Encoding.UTF8.GetBytes(_text);
            }
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n"), ct);
            await stream.WriteAsync(answer, ct);
        }
        catch (IOException)
        {
            // The agent has gone.
        }
    }
}
