using Wandb.Agent.Live;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Reports;

/// <summary>
/// Reads along in run files that nobody sends, because the server is away or has not been asked yet: what waits for it is known all the same,
/// and what is lost when the files go. While the server answers, the pipelines know more and nothing is read here.
/// </summary>
/// <param name="summaryKeys">Whose values are told.</param>
internal sealed class ReadingAlong(RunBoard board, IReadOnlyCollection<string> summaryKeys, TimeSpan poll, TimeProvider time)
{
    // At the end the grace time of the pod may be over: some 300 MB.
    private static readonly TimeSpan LastLookLimit = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, RunFileCounter> _counters = new(StringComparer.Ordinal);

    /// <summary>Looks until everything is done, and once more then: whoever wrote the files has ended.</summary>
    public async Task RunAsync(CancellationToken done)
    {
        try
        {
            while (true)
            {
                if (board.IsAway)
                    await Task.Run(() => Look(isLast: false, done), done);
                await Task.Delay(NextLook.Together(time.GetElapsedTime(0), poll), time, done);
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(LastLookLimit, time);
            await Task.Run(() => Look(isLast: true, limit.Token), CancellationToken.None);
        }
    }

    private void Look(bool isLast, CancellationToken ct)
    {
        foreach (var (file, dealtWith) in board.NotOnServer())
        {
            if (ct.IsCancellationRequested || !isLast && !board.IsAway)
                return;
            if (!_counters.TryGetValue(file, out var counter))
                _counters.Add(file, counter = new RunFileCounter(file, dealtWith, summaryKeys));
            try
            {
                if (counter.Look(ct))
                    board.Counted(file, counter.Count);
            }
            catch (Exception exception) when (ReadFailure.Is(exception))
            {
                // Whoever sends the file says what is wrong with it.
            }
        }
    }
}
