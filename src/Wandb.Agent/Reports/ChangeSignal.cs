namespace Wandb.Agent.Reports;

/// <summary>Wakes one waiter; any number of signals before it waits are one. Thread-safe.</summary>
internal sealed class ChangeSignal
{
    // Guards all fields.
    private readonly Lock _gate = new();
    private bool _isSet;
    private TaskCompletionSource<bool>? _waiter;

    public void Set()
    {
        lock (_gate)
        {
            _isSet = true;
            if (_waiter is { } waiter)
                ThreadPool.UnsafeQueueUserWorkItem(static waiter => waiter.TrySetResult(true), waiter, preferLocal: false);
        }
    }

    /// <summary>Forgets a signal that nobody waited for.</summary>
    public void Clear()
    {
        lock (_gate)
            _isSet = false;
    }

    /// <remarks>
    /// An agent with nothing to do waits like this all day: a limit that is reached throws nothing, and the waiter goes on where the timer fired
    /// instead of waking another thread.
    /// </remarks>
    /// <returns>Whether a signal came before the time was over.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        var waiter = new TaskCompletionSource<bool>();
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return true;
            }
            _waiter = waiter;
        }
        try
        {
            using var cancelled = ct.UnsafeRegister(static (waiter, ct) => ((TaskCompletionSource<bool>)waiter!).TrySetCanceled(ct), waiter);
            await using var timer = time.CreateTimer(static waiter => ((TaskCompletionSource<bool>)waiter!).TrySetResult(false), waiter, limit, Timeout.InfiniteTimeSpan);
            return await waiter.Task && TakeSignal();
        }
        finally
        {
            lock (_gate)
                _waiter = null;
        }
    }

    private bool TakeSignal()
    {
        lock (_gate)
            _isSet = false;
        return true;
    }
}
