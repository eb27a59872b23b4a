namespace Wandb.Agent.Live;

/// <summary>Decides when a growing file is looked at again.</summary>
internal static class NextLook
{
    /// <summary>How long from now.</summary>
    /// <param name="quiet">Since the file was seen to grow.</param>
    /// <param name="isOver">Its exit record was read, or its writer is known to have gone.</param>
    /// <param name="clock">The same clock for all runs of a process: quiet ones are looked at together, because what costs is to wake up.</param>
    public static TimeSpan After(TimeSpan quiet, bool isOver, TimeSpan clock, LiveOptions options) =>
        quiet < options.QuietAfter || isOver
            ? options.MinInterval
            : Together(clock, options.QuietInterval);

    /// <summary>
    /// How long until the next whole interval of the clock. One that is about to begin is passed over: a timer that fires a moment too early would
    /// otherwise wake twice.
    /// </summary>
    public static TimeSpan Together(TimeSpan clock, TimeSpan interval)
    {
        var rest = TimeSpan.FromTicks(interval.Ticks - clock.Ticks % interval.Ticks);
        return rest < interval / 8 ? rest + interval : rest;
    }
}
