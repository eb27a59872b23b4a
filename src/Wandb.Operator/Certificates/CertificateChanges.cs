using System.Text.Json;
using System.Threading.Channels;

namespace Wandb.Operator.Certificates;

/// <summary>Somebody may have changed the Secret or the webhooks: wakes whoever keeps them. Safe for concurrent use; for one waiter.</summary>
internal sealed class CertificateChanges(TimeProvider time)
{
    // One mark is enough: who is woken looks at everything.
    private readonly Channel<bool> _marks = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Mark() => _marks.Writer.TryWrite(true);

    /// <summary>Returns at the next mark, also one from before, or after <paramref name="longest"/>, or at the end.</summary>
    /// <returns>There was a mark.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(longest, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return await _marks.Reader.ReadAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>What is kept of the Secret: that it changed. Its content is read when it is used.</summary>
internal sealed record WatchedSecret(string ResourceVersion)
{
    public static WatchedSecret Read(JsonElement secret) => new(secret.GetProperty("metadata").GetProperty("resourceVersion").GetString()!);
}

/// <summary>What is kept of the webhook configuration: that it changed.</summary>
internal sealed record WatchedWebhooks(string ResourceVersion)
{
    public static WatchedWebhooks Read(JsonElement webhooks) => new(webhooks.GetProperty("metadata").GetProperty("resourceVersion").GetString()!);
}
