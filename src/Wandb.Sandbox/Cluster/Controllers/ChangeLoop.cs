using System.Diagnostics.CodeAnalysis;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>Looks at the whole state again whenever one of some kinds changed, or when the last look asked for it.</summary>
internal static class ChangeLoop
{
    private static readonly TimeSpan AfterProblem = TimeSpan.FromSeconds(1);

    /// <param name="kinds">Ids of the kinds, asked anew in each round.</param>
    /// <param name="reconcile">Returns when to look again without a change; null: not at all.</param>
    [SuppressMessage("Design", "CA1031", Justification = "Boundary of a controller's loop: one bad object must not end it; the mistake is kept in Problems, and the look repeated.")]
    public static async Task RunAsync(
        ClusterParts parts, Func<IEnumerable<string>> kinds, Func<CancellationToken, Task<TimeSpan?>> reconcile, CancellationToken stoppingToken)
    {
        while (true)
        {
            // Taken before the look, so that what changes during it is not missed.
            Task[] signals = [.. kinds().Select(kind => parts.Store.ChangesAfter(kind, long.MaxValue).Next)];
            TimeSpan? again;
            try
            {
                again = await reconcile(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                parts.Problems.Enqueue(error.ToString());
                again = AfterProblem;
            }

            try
            {
                await Task.WhenAny(signals).WaitAsync(again ?? Timeout.InfiniteTimeSpan, parts.Time, stoppingToken);
            }
            catch (TimeoutException)
            {
                // Time for another look.
            }
        }
    }
}
