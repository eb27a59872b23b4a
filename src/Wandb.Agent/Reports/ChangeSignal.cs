namespace Wandb.Agent.Reports;

/// <summary>Wakes one waiter; any number of signals before it waits are one. Thread-safe.</summary>
internal sealed class ChangeSignal : IDisposable
{
    private readonly SemaphoreSlim _changed = new(0, 1);

    // Guards the release: two at once would go over the limit.
    private readonly Lock _gate = new();

    public void Set()
    {
        lock (_gate)
        {
            if (_changed.CurrentCount == 0)
                _changed.Release();
        }
    }

    /// <summary>Forgets a signal that nobody waited for.</summary>
    public void Clear()
    {
        lock (_gate)
            _changed.Wait(0, CancellationToken.None);
    }

    /// <returns>Whether a signal came before the time was over.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, ct);
        try
        {
            await _changed.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => _changed.Dispose();
}
