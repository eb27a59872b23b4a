namespace Wandb.Agent.Http;

/// <summary>For how long requests have been under way without anything that shows that the server is there. Thread-safe.</summary>
internal sealed class SignsOfLife(TimeProvider time)
{
    // Guards both.
    private readonly Lock _gate = new();
    private int _waiting;
    private long _last;

    /// <summary>Zero while nobody waits for the server.</summary>
    public TimeSpan Silence
    {
        get
        {
            lock (_gate)
                return _waiting == 0 ? TimeSpan.Zero : time.GetElapsedTime(_last);
        }
    }

    /// <summary>Somebody begins to wait for an answer.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            if (_waiting++ == 0)
                _last = time.GetTimestamp();
        }
    }

    public void End()
    {
        lock (_gate)
            _waiting--;
    }

    /// <summary>An answer that can be used, or bytes that move.</summary>
    public void Seen()
    {
        lock (_gate)
            _last = time.GetTimestamp();
    }
}
