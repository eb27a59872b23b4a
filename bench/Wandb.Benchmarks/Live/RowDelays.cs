namespace Wandb.Benchmarks.Live;

/// <summary>How long rows took from the file to the server.</summary>
internal static class RowDelays
{
    /// <param name="written">When each row of a run was in the file, in order.</param>
    /// <param name="arrivals">Rows that had arrived, and when; in order.</param>
    /// <returns>One for each row that arrived; both in units of the same clock.</returns>
    public static IEnumerable<long> Of(IReadOnlyList<long> written, IEnumerable<(long Rows, long Timestamp)> arrivals)
    {
        int next = 0;
        foreach ((long rows, long timestamp) in arrivals)
        {
            for (; next < Math.Min(rows, written.Count); next++)
            {
                yield return timestamp - written[next];
            }
        }
    }

    /// <param name="sorted">At least one.</param>
    /// <param name="share">0 to 1.</param>
    public static long Percentile(IReadOnlyList<long> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
