namespace Wandb.Operator.Serving;

/// <summary>The ports that are really listened on, once they are.</summary>
internal sealed class ServerPorts
{
    private readonly TaskCompletionSource<int> _https = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<int> HttpsAsync(CancellationToken ct) => _https.Task.WaitAsync(ct);

    public void Listening(int https) => _https.TrySetResult(https);
}
