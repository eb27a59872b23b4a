namespace Wandb.Agent.Telemetry;

/// <summary>Since when the server has something of a run file that no checkpoint holds: after a crash it would be sent again. Not thread-safe.</summary>
/// <param name="begin">Byte up to which an earlier checkpoint held everything.</param>
internal sealed class CheckpointDelay(long begin)
{
    private long _acknowledged = begin;
    private long _kept = begin;
    private TimeSpan? _since;

    /// <param name="bytes">Everything before it is acknowledged; fewer than before when the work on the file began again.</param>
    public void Acknowledged(long bytes, TimeSpan now)
    {
        _kept = Math.Min(_kept, bytes);
        _acknowledged = bytes;
        _since = bytes > _kept ? _since ?? now : null;
    }

    public void Kept(long bytes, TimeSpan now)
    {
        _kept = bytes;
        _since = _acknowledged > bytes ? now : null;
    }

    public TimeSpan Age(TimeSpan now) => _since is { } since && now > since ? now - since : TimeSpan.Zero;
}
