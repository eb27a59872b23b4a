using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Wandb.Benchmarks.Sink;

/// <summary>
/// A W&amp;B server on 127.0.0.1 that counts what it is sent and keeps none of it. It works on sockets, because a web framework would take more
/// of the processor than the client it is there to measure.
/// </summary>
internal sealed class CountingSink : IAsyncDisposable
{
    private readonly SinkOptions options;
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource stop = new();
    private readonly X509Certificate2? certificate;
    private readonly Lock connectionsLock = new(); // guards connections
    private readonly HashSet<Task> connections = [];
    private readonly Task accepting;

    private CountingSink(SinkOptions options)
    {
        this.options = options;
        certificate = options.IsHttps ? LoopbackCertificate.Create() : null;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, options.Port));
        listener.Listen();
        Url = new Uri($"{(options.IsHttps ? "https" : "http")}://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}");
        Answers = new SinkAnswers(options, Url);
        accepting = AcceptAsync();
    }

    public Uri Url { get; }

    public SinkTotals Totals => Answers.Totals;

    /// <summary>What a client has to trust; null without HTTPS.</summary>
    public string? CertificatePem => certificate?.ExportCertificatePem();

    private SinkAnswers Answers { get; }

    public static CountingSink Start(SinkOptions options) => new(options);

    /// <summary>Ends every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        Task[] open;
        lock (connectionsLock)
        {
            open = [.. connections];
        }

        await Task.WhenAll(open);
        certificate?.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Own(ServeAsync(await listener.AcceptAsync(stop.Token)));
            }
        }
        catch (Exception end) when (stop.IsCancellationRequested && end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed: nobody is let in any more.
        }
    }

    private void Own(Task connection)
    {
        lock (connectionsLock)
        {
            connections.RemoveWhere(ended => ended.IsCompleted);
            connections.Add(connection);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of a connection: any mistake ends it and is printed; the client sees a lost connection.")]
    private async Task ServeAsync(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            await using Stream stream = await OpenAsync(new NetworkStream(socket, ownsSocket: true));
            await new SinkConnection(stream, Answers).ServeAsync(stop.Token);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // The client or the sink is gone.
        }
        catch (Exception error)
        {
            await Console.Error.WriteLineAsync($"sink: {error.Message}");
        }
    }

    private async Task<Stream> OpenAsync(NetworkStream network)
    {
        if (certificate is null)
        {
            return network;
        }

        var secured = new SslStream(network);
        await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
        return secured;
    }
}
