using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>Gives out the board's report, regularly and when something changed, until it is cancelled.</summary>
/// <param name="pace">Asked before each wait.</param>
/// <param name="give">Writes or sends one report; what goes wrong there is told on the board.</param>
internal sealed class ReportLoop(RunBoard board, Func<ReportPace> pace, TimeProvider time, Func<AgentReport, CancellationToken, Task> give)
{
    public async Task RunAsync(CancellationToken ct)
    {
        var changed = new ChangeSignal();
        board.Changes.Add(changed);
        try
        {
            while (true)
            {
                var sent = time.GetTimestamp();
                // What was signalled so far is in this report.
                changed.Clear();
                await give(board.Report(), ct);
                var hasChanged = false;
                while (pace().Due(time.GetElapsedTime(sent), hasChanged) is { Ticks: > 0 } rest)
                {
                    if (hasChanged)
                        await Task.Delay(rest, time, ct);
                    else
                        hasChanged = await changed.WaitAsync(rest, time, ct);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The end.
        }
        finally
        {
            board.Changes.Remove(changed);
        }
    }
}
