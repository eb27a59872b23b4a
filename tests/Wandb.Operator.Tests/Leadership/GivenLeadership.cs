using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Leadership;

/// <summary>Leads from the beginning, and after that as a test says.</summary>
internal sealed class GivenLeadership : ILeadership
{
    // Guards all.
    private readonly Lock _gate = new();
    private CancellationTokenSource _leading = new();
    private TaskCompletionSource<CancellationToken> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _term;

    public bool IsLeader
    {
        get
        {
            lock (_gate)
                return !_leading.IsCancellationRequested;
        }
    }

    public int Term
    {
        get
        {
            lock (_gate)
                return _term;
        }
    }

    public ValueTask<CancellationToken> WaitForLeadershipAsync(CancellationToken ct)
    {
        lock (_gate)
            return _leading.IsCancellationRequested ? new(_next.Task.WaitAsync(ct)) : new(_leading.Token);
    }

    public void Lose()
    {
        CancellationTokenSource leading;
        lock (_gate)
            leading = _leading;
        leading.Cancel();
    }

    /// <param name="othersLed">Another replica has led meanwhile.</param>
    public void Lead(bool othersLed)
    {
        lock (_gate)
        {
            _term += othersLed ? 1 : 0;
            _leading = new CancellationTokenSource();
            _next.SetResult(_leading.Token);
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
