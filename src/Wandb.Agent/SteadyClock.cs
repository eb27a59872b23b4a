namespace Wandb.Agent;

/// <summary>
/// The time of day as it would be had nobody set the clock since this was made: for waits that must neither end at once nor last for hours because
/// the clock of a node was put right. Thread-safe.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _begunAt = time.GetUtcNow();
    private readonly long _begun = time.GetTimestamp();

    public DateTimeOffset Now => _begunAt + time.GetElapsedTime(_begun);
}
