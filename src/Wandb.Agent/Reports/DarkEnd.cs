using Wandb.Agent.Http;

namespace Wandb.Agent.Reports;

/// <summary>
/// Ends an agent that was asked to end while the server is away, where its run files stay: waiting for the server would only hold up whoever
/// ends the pod.
/// </summary>
/// <param name="patience">How long the server may be away.</param>
internal sealed class DarkEnd(RunBoard board, WandbHttp http, TimeSpan patience, TimeProvider time)
{
    // A fiftieth of the usual patience; nobody looks before the end is asked for.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <param name="end">Called when the server has been away for too long after that.</param>
    /// <param name="signal">The end is asked for.</param>
    /// <param name="ct">Everything is done.</param>
    public async Task RunAsync(Action end, CancellationToken signal, CancellationToken ct)
    {
        try
        {
            await SignalledAsync(signal, ct);
            var begun = time.GetTimestamp();
            var light = begun;
            while (true)
            {
                if (!board.IsDark)
                    light = time.GetTimestamp();
                if (IsPointless(time.GetElapsedTime(begun), time.GetElapsedTime(light), http.Silence, patience))
                    break;
                await Task.Delay(Poll, time, ct);
            }
            board.Problems.Tell("end", "the server is away: ended before the grace time was over, because the run files stay; the next agent goes on there");
            end();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // There was nothing to wait for.
        }
    }

    /// <param name="asked">Since the end was asked for.</param>
    /// <param name="dark">Since the server was known to be away, or since the end was asked for.</param>
    /// <param name="silence">How long requests have been under way without a sign of the server; a server that swallows them is not known to be away.</param>
    internal static bool IsPointless(TimeSpan asked, TimeSpan dark, TimeSpan silence, TimeSpan patience) =>
        asked >= patience && (dark >= patience || silence >= patience);

    private static async Task SignalledAsync(CancellationToken signal, CancellationToken ct)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = signal.Register(signalled.SetResult);
        await signalled.Task.WaitAsync(ct);
    }
}
