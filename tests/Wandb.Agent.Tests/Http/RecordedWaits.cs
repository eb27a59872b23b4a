using Wandb.Agent.Http;

namespace Wandb.Agent.Tests.Http;

internal sealed class RecordedWaits : IWaitObserver
{
    private readonly Lock gate = new();
    private readonly List<RecordedWait> all = [];

    internal IReadOnlyList<RecordedWait> All
    {
        get
        {
            lock (gate)
                return [.. all];
        }
    }

    /// <summary>Called with each wait, so that a test can act in the middle of one.</summary>
    internal Action<RecordedWait> OnWait { get; set; } = _ => { };

    public void Waiting(string what, string reason, TimeSpan delay, int attempt)
    {
        var wait = new RecordedWait(what, reason, delay, attempt);
        lock (gate)
            all.Add(wait);
        OnWait(wait);
    }

    internal sealed record RecordedWait(string What, string Reason, TimeSpan Delay, int Attempt);
}
