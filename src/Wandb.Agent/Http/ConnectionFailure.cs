using System.Net.Sockets;
using System.Security.Authentication;

namespace Wandb.Agent.Http;

/// <summary>Puts exceptions of the HTTP library into our words. Messages of the runtime are cut out of the native binary, so none is shown.</summary>
internal static class ConnectionFailure
{
    /// <returns>Null if the exception says that the body could not be read.</returns>
    internal static AttemptFailure? From(Exception exception)
    {
        var request = exception as HttpRequestException;
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case BodyUnavailableException:
                    return null;
                case UntrustedCertificateException untrusted:
                    return new AttemptFailure.Untrusted($"the server's TLS certificate was not accepted: {untrusted.Message}");
                case AuthenticationException when request?.HttpRequestError == HttpRequestError.SecureConnectionError:
                    return new AttemptFailure.Untrusted("TLS failed: the port speaks none (http instead of https?), or no version that both know");
                case SocketException socket:
                    return new AttemptFailure.Connection(Words(socket.SocketErrorCode));
                case InvalidDataException:
                    return new AttemptFailure.Connection("the answer is not gzip, although it says so");
            }
        }

        return new AttemptFailure.Connection(Words(request?.HttpRequestError ?? (exception as HttpIOException)?.HttpRequestError));
    }

    private static string Words(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData => "host name not found",
        SocketError.TryAgain => "name server not reachable",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "connection cut",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => "network not reachable",
        SocketError.TimedOut => "no connection in time",
        _ => $"connection failed ({error})",
    };

    private static string Words(HttpRequestError? error) => error switch
    {
        HttpRequestError.NameResolutionError => "host name not found",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "TLS handshake failed",
        HttpRequestError.ProxyTunnelError => "the proxy refused the connection",
        HttpRequestError.ResponseEnded => "connection cut",
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => "the answer is not HTTP",
        _ => "connection cut",
    };
}
