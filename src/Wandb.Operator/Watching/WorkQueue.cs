namespace Wandb.Operator.Watching;

/// <summary>
/// Keys that are to be looked at. A key is in it once, with the earliest time that anybody asked for; it is never handed out to two takers
/// at once; added while it is out, it comes again after its taker is done. Starts closed: a closed queue drops what is added, so it holds nothing
/// while another replica leads. Safe for concurrent use. Memory: one entry for each key that waits, is out, or has failed.
/// </summary>
internal sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    // In timestamps: far beyond any uptime, far from an overflow.
    private const double LongestWait = long.MaxValue / 4.0;

    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly SortedSet<Entry> _waiting = new(Comparer<Entry>.Create((a, b) => (a.Due, a.Order).CompareTo((b.Due, b.Order))));
    private readonly LinkedList<TaskCompletionSource<TKey>> _takers = new();
    private long _order;
    private bool _isOpen;

    public WorkQueue(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => HandOut(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Keys that wait, whether or not their time has come; those that are out are not among them.</summary>
    public int Depth
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    public void Open()
    {
        lock (_gate)
            _isOpen = true;
    }

    /// <summary>Forgets everything, failures too. Keys that are out stay so until their takers are done.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isOpen = false;
            _waiting.Clear();
            foreach (var (key, entry) in _entries)
            {
                entry.Forget();
                if (!entry.IsOut)
                    _entries.Remove(key);
            }
        }
    }

    public void Add(TKey key) => AddAfter(key, TimeSpan.Zero);

    /// <param name="delay">Not before this; zero or less: now. A key that waits already keeps the earlier time.</param>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        lock (_gate)
        {
            if (!_isOpen)
                return;
            Schedule(EntryOf(key), delay);
            HandOutDue();
        }
    }

    /// <summary>
    /// Waits for a key whose time has come. Each must be given back, by <see cref="Finish"/>, <see cref="FinishAfter"/>,
    /// <see cref="Postpone"/> or <see cref="Fail"/>.
    /// </summary>
    public async ValueTask<TKey> TakeAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var taker = new TaskCompletionSource<TKey>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _takers.AddLast(taker);
            HandOutDue();
        }
        await using var cancelled = ct.UnsafeRegister(_ => GiveUp(taker, ct), null);
        return await taker.Task;
    }

    /// <summary>Failures in a row; 0 for a key that has not failed, or succeeded since.</summary>
    public int FailuresOf(TKey key)
    {
        lock (_gate)
            return _entries.TryGetValue(key, out var entry) ? entry.Failures : 0;
    }

    /// <summary>The taker is done.</summary>
    public void Finish(TKey key) => End(key, null, hasSucceeded: true);

    /// <summary>The taker is done and wants the key again.</summary>
    public void FinishAfter(TKey key, TimeSpan delay) => End(key, delay, hasSucceeded: true);

    /// <summary>The taker had to leave it for now, and wants the key again: it has neither succeeded nor failed.</summary>
    public void Postpone(TKey key, TimeSpan delay) => End(key, delay, hasSucceeded: null);

    /// <summary>The taker failed and tries again.</summary>
    public void Fail(TKey key, TimeSpan delay) => End(key, delay, hasSucceeded: false);

    public void Dispose() => _timer.Dispose();

    private void End(TKey key, TimeSpan? again, bool? hasSucceeded)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || !entry.IsOut)
                throw new InvalidOperationException($"{key} was not taken");
            entry.IsOut = false;
            entry.Failures = (_isOpen, hasSucceeded) switch
            {
                (true, false) => entry.Failures + 1,
                (true, null) => entry.Failures,
                _ => 0,
            };
            if (again is { } delay && _isOpen)
                Schedule(entry, delay);
            else if (entry.Due != Entry.Never)
                _waiting.Add(entry);
            else
                _entries.Remove(key);
            HandOutDue();
        }
    }

    private void GiveUp(TaskCompletionSource<TKey> taker, CancellationToken ct)
    {
        lock (_gate)
        {
            // It may have its key already.
            if (taker.TrySetCanceled(ct))
                _takers.Remove(taker);
        }
    }

    private void HandOut()
    {
        lock (_gate)
            HandOutDue();
    }

    // From here on within the gate.
    private Entry EntryOf(TKey key)
    {
        if (!_entries.TryGetValue(key, out var entry))
            _entries.Add(key, entry = new Entry(key));
        return entry;
    }

    /// <summary>A key that is out keeps its time in its entry alone, until it is back.</summary>
    private void Schedule(Entry entry, TimeSpan delay)
    {
        var wait = Math.Clamp(delay.TotalSeconds * _time.TimestampFrequency, 0, LongestWait);
        var due = _time.GetTimestamp() + (long)wait;
        if (due < entry.Due)
        {
            _waiting.Remove(entry);
            (entry.Due, entry.Order) = (due, ++_order);
        }
        if (!entry.IsOut)
            _waiting.Add(entry);
    }

    private void HandOutDue()
    {
        while (_takers.First is { } first && _waiting.Min is { } entry && entry.Due <= _time.GetTimestamp())
        {
            _takers.RemoveFirst();
            if (!first.Value.TrySetResult(entry.Key))
                continue;
            _waiting.Remove(entry);
            entry.Due = Entry.Never;
            entry.IsOut = true;
        }
        if (_takers.Count > 0 && _waiting.Min is { } next)
            _timer.Change(UntilDue(next), Timeout.InfiniteTimeSpan);
    }

    // Timers count whole milliseconds and may be early by a fraction; a day is short enough for every timer.
    private TimeSpan UntilDue(Entry entry)
    {
        var wait = _time.GetElapsedTime(_time.GetTimestamp(), entry.Due).TotalMilliseconds;
        return TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait), 1, TimeSpan.MillisecondsPerDay));
    }

    private sealed class Entry(TKey key)
    {
        public const long Never = long.MaxValue;

        public TKey Key => key;

        /// <summary>Timestamp of the clock; <see cref="Never"/>: nobody asked.</summary>
        public long Due { get; set; } = Never;

        /// <summary>Among keys of one time, first come, first served.</summary>
        public long Order { get; set; }

        public bool IsOut { get; set; }

        public int Failures { get; set; }

        public void Forget() => (Due, Failures) = (Never, 0);
    }
}
