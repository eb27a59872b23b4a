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
            : TimeSpan.FromTicks(options.QuietInterval.Ticks - (clock.Ticks % options.QuietInterval.Ticks));
}
