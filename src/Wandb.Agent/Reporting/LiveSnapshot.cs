namespace Wandb.Agent.Reporting;

/// <summary>A sync at one moment, as a display shows it.</summary>
/// <param name="Runs">Runs that are being synced, in the order in which they began.</param>
/// <param name="Waits">Why requests wait, one line each; empty when none does.</param>
/// <param name="Done">Run files that are done.</param>
internal sealed record LiveSnapshot(IReadOnlyList<LiveRun> Runs, IReadOnlyList<string> Waits, int Done, TimeSpan Elapsed);

/// <summary>One run that is being synced.</summary>
/// <param name="BytesPerSecond">Since the run began; 0 while it is not known.</param>
internal sealed record LiveRun(string Name, string Phase, long FileBytes, long ReadBytes, long Rows, double BytesPerSecond)
{
    /// <summary>How long the rest of the file takes at the rate so far; null while that cannot be said.</summary>
    public TimeSpan? Left => BytesPerSecond > 0 && FileBytes >= ReadBytes && (FileBytes - ReadBytes) / BytesPerSecond is var seconds and < 360_000
        ? TimeSpan.FromSeconds(seconds)
        : null;

    public int Percent => FileBytes > 0 ? (int)Math.Clamp(100.0 * ReadBytes / FileBytes, 0, 100) : 0;
}
