namespace Wandb.Agent.Live;

/// <summary>Keeps the requests of one run apart; others send in between.</summary>
internal sealed class RequestPace(TimeSpan interval, SendingTurn turn, TimeProvider time)
{
    private readonly long _begun = time.GetTimestamp();
    private long? _last;

    /// <summary>Time since the last request; before the first one, since the beginning.</summary>
    public TimeSpan Silence => time.GetElapsedTime(_last ?? _begun);

    /// <summary>Whether a request may go now.</summary>
    public bool IsDue => _last is null || Silence >= interval;

    /// <summary>Counts a request that goes after a long silence, and takes no place in the line.</summary>
    public void Note() => _last = time.GetTimestamp();

    /// <summary>Waits until the next request may go, and counts it.</summary>
    public async Task WaitAsync(CancellationToken ct)
    {
        if (_last is not null && interval - Silence is { Ticks: > 0 } rest)
        {
            turn.Leave();
            await Task.Delay(rest, time, ct);
        }
        await turn.EnterAsync(ct);
        _last = time.GetTimestamp();
    }
}
