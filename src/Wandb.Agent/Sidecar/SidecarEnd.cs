using Wandb.Agent.Ends;
using Wandb.Agent.Reports;
using Wandb.Contract;

namespace Wandb.Agent.Sidecar;

/// <summary>
/// The end of a sidecar, in its steps: 1 it is asked to end, or its writer has ended; 2 for a while it waits to hear how the containers ended;
/// 3 the grace time is over.
/// </summary>
internal sealed class SidecarEnd : IDisposable
{
    // The kubelet's status of a container takes a second or two to come to the operator.
    private static readonly TimeSpan LongestAsking = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _asked;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration[] _registrations;
    private readonly ToldEnds _ends;
    private readonly RunBoard _board;

    /// <param name="grace">What the signal leaves.</param>
    /// <param name="canAsk">Somebody may still tell how containers ended.</param>
    /// <param name="signal">SIGTERM.</param>
    public SidecarEnd(TimeSpan grace, bool canAsk, ToldEnds ends, RunBoard board, TimeProvider time, CancellationToken signal)
    {
        (_ends, _board, Signal) = (ends, board, signal);
        _asked = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _registrations =
        [
            _asked.Token.Register(() => ends.SetAsking(false)),
            signal.Register(() => Signalled(grace, canAsk)),
        ];
    }

    /// <summary>Asks everything to end in order.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Ends everything at once.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>The end was asked for from outside: there is little time.</summary>
    public bool IsSignalled => Signal.IsCancellationRequested;

    public CancellationToken Signal { get; }

    /// <summary>See <see cref="Leave"/>.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Longest time for hearing how containers ended: half of the grace time is for sending.</summary>
    public static TimeSpan AskingTime(TimeSpan grace) => grace / 2 < LongestAsking ? grace / 2 : LongestAsking;

    /// <summary>Nobody writes any more; what is there is sent, however long it takes.</summary>
    public void WriterHasEnded()
    {
        _board.Become(AgentState.Draining);
        _stopping.Cancel();
    }

    /// <summary>What is left cannot be sent now.</summary>
    public void GiveUp() => _over.Cancel();

    /// <summary>The pod waits for this agent: nothing of it has begun to write, and what earlier pods left is for others.</summary>
    public void Leave()
    {
        if (HasLeft)
            return;
        HasLeft = true;
        _over.Cancel();
        _stopping.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stopping.Dispose();
        _asked.Dispose();
        _over.Dispose();
    }

    private void Signalled(TimeSpan grace, bool canAsk)
    {
        // Before the runs hear of the end: they ask at once.
        if (canAsk && grace > TimeSpan.Zero)
        {
            _ends.SetAsking(true);
            _asked.CancelAfter(AskingTime(grace));
        }
        _board.Become(AgentState.Draining);
        _over.CancelAfter(grace);
        _stopping.Cancel();
    }
}
