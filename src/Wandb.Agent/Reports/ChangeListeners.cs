namespace Wandb.Agent.Reports;

/// <summary>Those who wait for a change of one thing. Thread-safe; may be called under any lock, for nobody is waited for.</summary>
internal sealed class ChangeListeners
{
    // Guards the list.
    private readonly Lock _gate = new();
    private readonly List<ChangeSignal> _signals = [];

    public void Add(ChangeSignal listener)
    {
        lock (_gate)
            _signals.Add(listener);
    }

    public void Remove(ChangeSignal listener)
    {
        lock (_gate)
            _signals.Remove(listener);
    }

    /// <summary>Something changed.</summary>
    public void Set()
    {
        lock (_gate)
            _signals.ForEach(static listener => listener.Set());
    }
}
