using Wandb.Agent.RunFiles;
using Wandb.Agent.State;
using Wandb.Contract;

namespace Wandb.Agent.Ends;

/// <summary>The ends that the operator and <c>--writer-exit</c> have told so far.</summary>
/// <param name="containerOf">Container of a run file; empty: not known.</param>
internal sealed class ToldEnds(Func<string, string> containerOf) : IWriterEnds
{
    // Guards everything below.
    private readonly Lock _gate = new();
    private IReadOnlyList<ContainerEnd> _ended = [];
    private WriterExit? _exit;
    private bool _isAsking;
    private TaskCompletionSource _changed = NewChange();

    /// <summary>The writer of <c>--writer-exit</c> has ended.</summary>
    public bool HasWriterExited
    {
        get
        {
            lock (_gate)
                return _exit is not null;
        }
    }

    public void Take(IReadOnlyList<ContainerEnd> ended) => Change(() => _ended = ended);

    public void Take(WriterExit exit) => Change(() => _exit = exit);

    /// <summary>While this is so, <see cref="WaitAsync"/> waits: the agent is about to end, and an answer may come.</summary>
    public void SetAsking(bool isAsking) => Change(() => _isAsking = isAsking);

    public WriterEnd? Of(RunHead head)
    {
        lock (_gate)
            return ContainerEnds.Of(RecordTime.ToTime(head.Run?.StartTime), containerOf(head.Path), _ended, _exit);
    }

    public async Task<WriterEnd?> WaitAsync(RunHead head, CancellationToken ct)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (Of(head) is { } end)
                    return end;
                if (!_isAsking)
                    return null;
                changed = _changed.Task;
            }
            await changed.WaitAsync(ct);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            change();
            before = _changed;
            _changed = NewChange();
        }
        before.SetResult();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
