using Wandb.Benchmarks.Live;

namespace Wandb.Benchmarks.Operators;

/// <summary>Requests at a steady rate, whether or not the ones before were answered; a delay counts from when the request was due.</summary>
internal static class SteadyLoad
{
    // More than any of them needs; a request that finds nobody waits, which its delay shows.
    private const int Senders = 128;

    /// <param name="perSecond">Requests a second.</param>
    /// <param name="send">Sends the request of a number, from 0; throws when it is not answered as it should.</param>
    /// <returns>Delays in order of their length.</returns>
    public static async Task<IReadOnlyList<long>> RunAsync(int perSecond, TimeSpan duration, Func<int, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        int total = (int)(perSecond * duration.TotalSeconds);
        long[] delays = new long[total];
        long begun = TimeProvider.System.GetTimestamp();
        int next = -1;
        async Task SendAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number < total)
            {
                long due = begun + (long)((double)number / perSecond * TimeProvider.System.TimestampFrequency);
                TimeSpan wait = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), due);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, TimeProvider.System, cancellationToken);
                }

                await send(number, cancellationToken);
                delays[number] = TimeProvider.System.GetTimestamp() - due;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(SendAsync, cancellationToken)));
        Array.Sort(delays);
        return delays;
    }

    /// <summary>Lines of a Markdown table.</summary>
    public static IEnumerable<string> Rows(IReadOnlyList<long> delays) =>
        new[] { ("p50", 0.50), ("p99", 0.99) }
            .Select(part => FormattableString.Invariant($"| answer {part.Item1}, ms | {Milliseconds(RowDelays.Percentile(delays, part.Item2)):0.00} |"))
            .Append(FormattableString.Invariant($"| slowest answer, ms | {Milliseconds(delays[^1]):0.0} |"));

    /// <param name="delays">Of one load or several, in any order.</param>
    public static double Milliseconds(IReadOnlyList<long> delays, double part) => Milliseconds(RowDelays.Percentile([.. delays.Order()], part));

    private static double Milliseconds(long ticks) => TimeProvider.System.GetElapsedTime(0, ticks).TotalMilliseconds;
}
