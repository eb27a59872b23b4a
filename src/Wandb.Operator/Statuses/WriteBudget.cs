using Wandb.Operator.Watching;

namespace Wandb.Operator.Statuses;

/// <summary>
/// When a status may be written, so that many runs that report cost the API server little. A state goes at once, one object at most every
/// <see cref="ObjectInterval"/>; progress of all objects together goes at most every <see cref="ProgressInterval"/>, first come, first
/// served. An object whose writes come to nothing is written ever less often, however often it changes. Times are those of one steady clock, from
/// any begin. Safe for concurrent use.
/// </summary>
internal sealed class WriteBudget
{
    public static readonly TimeSpan ObjectInterval = TimeSpan.FromSeconds(5);

    /// <summary>3 a second: below 5, with room for states, Events and leases. With 1,000 objects each is written every 5 to 6 minutes.</summary>
    public static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1) / 3;

    private static readonly RetryDelay Retry = new(ObjectInterval, TimeSpan.FromMinutes(5));

    // Guards both.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _byUid = new(StringComparer.Ordinal);
    private TimeSpan _nextTurn;

    /// <summary>Objects that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _byUid.Count;
        }
    }

    /// <summary>Asks for a write. What has to wait keeps its turn, however often it asks.</summary>
    /// <param name="uid">Of the object.</param>
    /// <param name="change">What there is to write.</param>
    /// <returns>Zero: write now, and say so (<see cref="Written"/>); otherwise ask again after this time.</returns>
    public TimeSpan Ask(string uid, StatusChange change, TimeSpan now)
    {
        lock (_gate)
        {
            var entry = _byUid.GetValueOrDefault(uid);
            if (change == StatusChange.None)
            {
                // Its turn is lost: nobody waits for it any more.
                if (entry.Turn is not null)
                    _byUid[uid] = entry with { Turn = null };
                return TimeSpan.Zero;
            }
            var free = entry.WrittenAt is { } written ? written + ObjectInterval : now;
            if (entry.NotBefore > free)
                free = entry.NotBefore.Value;
            if (change == StatusChange.Progress)
            {
                if (entry.Turn is null)
                {
                    entry = entry with { Turn = _nextTurn > now ? _nextTurn : now };
                    _nextTurn = entry.Turn.Value + ProgressInterval;
                    _byUid[uid] = entry;
                }
                free = entry.Turn.Value > free ? entry.Turn.Value : free;
            }
            return free > now ? free - now : TimeSpan.Zero;
        }
    }

    /// <summary>A request was sent, whatever came of it.</summary>
    public void Written(string uid, TimeSpan now)
    {
        lock (_gate)
            _byUid[uid] = _byUid.GetValueOrDefault(uid) with { WrittenAt = now, Turn = null };
    }

    /// <summary>That request came to nothing.</summary>
    /// <param name="jitter">See <see cref="RetryDelay.For"/>.</param>
    /// <param name="retryAfter">What the API server asked for.</param>
    /// <returns>How long the next one has to wait.</returns>
    public TimeSpan Failed(string uid, TimeSpan now, double jitter, TimeSpan? retryAfter)
    {
        lock (_gate)
        {
            var entry = _byUid.GetValueOrDefault(uid);
            var free = now + Retry.For(entry.Failures + 1, jitter, retryAfter);
            if (entry.WrittenAt is { } written && written + ObjectInterval > free)
                free = written + ObjectInterval;
            _byUid[uid] = entry with { Failures = entry.Failures + 1, NotBefore = free };
            return free - now;
        }
    }

    /// <summary>What came to nothing before does not count any more: a request succeeded, or there is another spec.</summary>
    public void Pardon(string uid)
    {
        lock (_gate)
        {
            if (_byUid.TryGetValue(uid, out var entry))
                _byUid[uid] = entry with { Failures = 0, NotBefore = null };
        }
    }

    /// <summary>The object is gone.</summary>
    public void Forget(string uid)
    {
        lock (_gate)
            _byUid.Remove(uid);
    }

    /// <param name="WrittenAt">When it was last written; null: not yet.</param>
    /// <param name="Turn">When its progress may be written; null: none is waiting.</param>
    /// <param name="Failures">Requests in a row that came to nothing.</param>
    /// <param name="NotBefore">Until when it waits after the last of them; null: it does not.</param>
    private readonly record struct Entry(TimeSpan? WrittenAt, TimeSpan? Turn, int Failures, TimeSpan? NotBefore);
}
