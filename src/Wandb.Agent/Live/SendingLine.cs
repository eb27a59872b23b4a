namespace Wandb.Agent.Live;

/// <summary>
/// Lets so many runs send at the same time, first come first served. Following a run costs no place in it: a run without news takes none,
/// and one with a long backlog goes to the end of the line after every request. Thread-safe.
/// </summary>
/// <param name="places">Runs that send rows at the same time; as many others may send what is due at their end, which takes longer.</param>
internal sealed class SendingLine(int places) : IDisposable
{
    private int _waiting;

    /// <summary>Runs that have something to send and wait for their turn, as there is no place for them.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    internal SemaphoreSlim Rows { get; } = new(places);

    internal SemaphoreSlim Ends { get; } = new(places);

    public void Dispose()
    {
        Rows.Dispose();
        Ends.Dispose();
    }

    internal async Task EnterAsync(SemaphoreSlim line, CancellationToken ct)
    {
        var turn = line.WaitAsync(ct);
        if (turn.IsCompletedSuccessfully)
            return;
        Interlocked.Increment(ref _waiting);
        try
        {
            await turn;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
