namespace Wandb.Operator.Serving;

/// <summary>The end of this replica has begun: it takes requests for a little while, but wants no new ones and leads no more.</summary>
internal sealed class Draining : IReadiness, IDisposable
{
    private readonly CancellationTokenSource _begun = new();

    public string Name => "lifetime";

    public bool IsReady => !_begun.IsCancellationRequested;

    public string? Reason => IsReady ? null : "this replica is ending";

    public CancellationToken Begun => _begun.Token;

    public void Begin() => _begun.Cancel();

    public void Dispose() => _begun.Dispose();
}
