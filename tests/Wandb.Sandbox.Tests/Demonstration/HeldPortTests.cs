using System.Net.Sockets;
using Wandb.Sandbox.Demonstration;
using Wandb.Sandbox.Tests.Backend;

namespace Wandb.Sandbox.Tests.Demonstration;

public sealed class HeldPortTests
{
    [Fact]
    public async Task Servers_may_listen_one_after_the_other_and_between_them_connections_are_refused()
    {
        using var port = new HeldPort();
        using var other = new HeldPort();
        Assert.NotEqual(port.Address, other.Address);
        for (var server = 0; server < 2; server++)
        {
            using (var listener = new TcpListener(port.Address))
            {
                listener.Start();
                using var client = await ConnectAsync(port);
                using var accepted = await listener.AcceptTcpClientAsync(BackendClient.Token);
            }
            var refused = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(port));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        }
    }

    private static async Task<TcpClient> ConnectAsync(HeldPort port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(port.Address, BackendClient.Token);
        return client;
    }
}
