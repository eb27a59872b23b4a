namespace Wandb.Agent.Live;

/// <summary>The place of one run in a <see cref="SendingLine"/>. Used by that run's loop alone; disposing gives the place back.</summary>
internal sealed class SendingTurn(SendingLine line) : IDisposable
{
    private SemaphoreSlim _line = line.Rows;
    private bool _isHeld;

    /// <summary>Waits until it is this run's turn; at once when it is already.</summary>
    public async Task EnterAsync(CancellationToken ct)
    {
        if (_isHeld)
            return;
        await line.EnterAsync(_line, ct);
        _isHeld = true;
    }

    public void Leave()
    {
        if (!_isHeld)
            return;
        _isHeld = false;
        _line.Release();
    }

    /// <summary>The rows are sent; files and artifacts may take hours, and must not keep the rows of other runs waiting.</summary>
    public async Task EnterEndAsync(CancellationToken ct)
    {
        Leave();
        _line = line.Ends;
        await EnterAsync(ct);
    }

    public void Dispose() => Leave();
}
