namespace Wandb.Agent.Live;

/// <summary>A piece of work that goes on beside a run's loop. Only that loop begins it and takes what came of it.</summary>
internal sealed class SideTask<T>
    where T : class
{
    private Task<T>? _work;

    public bool IsIdle => _work is null;

    /// <summary>Over when the work is, however it ended.</summary>
    public Task Ended => _work ?? Task.CompletedTask;

    /// <param name="work">Runs on another thread; touches nothing that the loop owns.</param>
    public void Start(Func<Task<T>> work, CancellationToken ct)
    {
        if (_work is not null)
            throw new InvalidOperationException("The work before it is still going on");
        _work = Task.Run(work, ct);
    }

    /// <returns>Null while it goes on, or when there is none.</returns>
    public async Task<T?> TakeFinishedAsync() => _work is { IsCompleted: true } ? await SettleAsync() : null;

    /// <summary>Waits for its end.</summary>
    /// <returns>Null when there is none.</returns>
    public async Task<T?> SettleAsync()
    {
        if (_work is not { } work)
            return null;
        _work = null;
        return await work;
    }

    /// <summary>Waits for work whose outcome does not matter any more; its token is cancelled.</summary>
    public async Task AbandonAsync()
    {
        try
        {
            await SettleAsync();
        }
        catch (OperationCanceledException)
        {
            // That is what was asked for.
        }
    }
}
