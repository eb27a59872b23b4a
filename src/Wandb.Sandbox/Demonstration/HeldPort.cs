using System.Net;
using System.Net.Sockets;

namespace Wandb.Sandbox.Demonstration;

/// <summary>
/// A port of 127.0.0.1, chosen by the system, for a program that is started later and perhaps again: while this lives, the system gives it to nobody else.
/// A server that sets SO_REUSEADDR before it binds, as those of .NET do, may listen there (Linux: a socket that is bound and does not listen refuses only binds
/// without that option, and no port is chosen that any socket is bound to). On other systems the port is free again at once, and may be taken.
/// </summary>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <exception cref="SocketException">No port is free.</exception>
    public HeldPort()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = (IPEndPoint)_socket.LocalEndPoint!;
        if (!OperatingSystem.IsLinux())
            _socket.Dispose();
    }

    public IPEndPoint Address { get; }

    public void Dispose() => _socket.Dispose();
}
