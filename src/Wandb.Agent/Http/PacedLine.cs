using Wandb.Agent.Reports;

namespace Wandb.Agent.Http;

/// <summary>
/// Where requests of one kind wait for the server's rate limit: in one line, first come first served, so that what an answer says in the meantime holds for
/// all who wait. Thread-safe.
/// </summary>
/// <param name="nextJitter">Random numbers from 0 to 1.</param>
internal sealed class PacedLine(TimeProvider time, Func<double> nextJitter) : IDisposable
{
    private readonly SteadyClock _clock = new(time);
    private readonly SemaphoreSlim _first = new(1);
    private readonly ChangeSignal _answered = new();

    // Guards _pace.
    private readonly Lock _gate = new();
    private RateLimitPace _pace = RateLimitPace.Unlimited;

    private bool HasRate
    {
        get
        {
            lock (_gate)
                return _pace.HasRate;
        }
    }

    /// <summary>Takes the headers of an answer.</summary>
    public void Observe(string? remaining, string? reset)
    {
        // Most servers name no limit.
        if (remaining is null || reset is null)
            return;
        lock (_gate)
            _pace = _pace.Observe(remaining, reset, _clock.Now, nextJitter());
        _answered.Set();
    }

    /// <summary>Waits until the next request may go, and counts it.</summary>
    /// <param name="waiting">Told before a wait: how long it is, as far as is known.</param>
    public async Task EnterAsync(Action<TimeSpan> waiting, CancellationToken ct)
    {
        if (!HasRate)
        {
            // There is nothing to be shared out: whoever came before the quota is renewed goes when it is.
            if (Take() is { Ticks: > 0 } renewal)
            {
                waiting(renewal);
                await Task.Delay(renewal, time, ct);
            }
            return;
        }
        var isTold = false;
        if (!await _first.WaitAsync(TimeSpan.Zero, ct))
        {
            Tell(Peek());
            await _first.WaitAsync(ct);
        }
        try
        {
            while (Take() is { Ticks: > 0 } delay)
            {
                Tell(delay);
                await _answered.WaitAsync(delay, time, ct);
            }
        }
        finally
        {
            _first.Release();
        }

        void Tell(TimeSpan delay)
        {
            if (!isTold)
                waiting(delay);
            isTold = true;
        }
    }

    public void Dispose() => _first.Dispose();

    private TimeSpan Take()
    {
        lock (_gate)
        {
            (var delay, _pace) = _pace.Take(_clock.Now);
            return delay;
        }
    }

    private TimeSpan Peek()
    {
        lock (_gate)
            return _pace.Take(_clock.Now).Delay;
    }
}
