using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;

namespace Wandb.EndToEnd.Tests.Telemetry;

/// <summary>A collector on 127.0.0.1 that takes OTLP over HTTP and keeps what it is sent.</summary>
internal sealed class OtlpDouble : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<(string Path, string Headers, ByteString Body)> _exports = [];
    private readonly Task _serving;

    public OtlpDouble()
    {
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _serving = ServeAsync();
    }

    public string Url { get; }

    public IReadOnlyList<(string Path, string Headers, ByteString Body)> Exports
    {
        get
        {
            lock (_gate)
                return [.. _exports];
        }
    }

    /// <summary>The last word of each metric: values are cumulative.</summary>
    public IReadOnlyDictionary<string, ExportedMetric> Metrics()
    {
        var metrics = new Dictionary<string, ExportedMetric>(StringComparer.Ordinal);
        foreach (var metric in Exports.Where(export => export.Path == "/v1/metrics").SelectMany(export => OtlpField.At(export.Body, 1, 2, 2)).Select(ExportedMetric.Read))
            metrics[metric.Name] = metric;
        return metrics;
    }

    /// <summary>Name and attributes of each span (opentelemetry/proto/trace/v1/trace.proto).</summary>
    public IReadOnlyList<string> Spans() =>
    [
        .. Exports.Where(export => export.Path == "/v1/traces").SelectMany(export => OtlpField.At(export.Body, 1, 2, 2))
            .Select(span => $"{OtlpField.At(span, 5).Single().ToStringUtf8()} {ExportedMetric.AttributesOf(span, 9)}"),
    ];

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
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the test.
        }
        await Task.WhenAll(open);
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            // Latin-1 keeps every byte of the body as one character.
            using var reader = new StreamReader(client.GetStream(), Encoding.Latin1, leaveOpen: true);
            var request = await reader.ReadLineAsync(_stop.Token) ?? "";
            var headers = new StringBuilder();
            var length = 0;
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            {
                headers.Append(line).Append('\n');
                if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                    length = int.Parse(line.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
            }
            var body = new char[length];
            if (length == 0 || await reader.ReadBlockAsync(body.AsMemory(), _stop.Token) < length)
                return;
            lock (_gate)
                _exports.Add((request.Split(' ')[1], headers.ToString(), ByteString.CopyFrom(Encoding.Latin1.GetBytes(body))));
            await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The agent has gone, or the test has ended.
        }
    }
}
