using Wandb.Agent.Ends;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>Gives reports to the operator and takes what it knows. That it is away is told on the board and changes nothing else.</summary>
internal sealed class OperatorLink(OperatorClient client, AnswerFile kept, ToldEnds ends, RunBoard board, TimeProvider time)
{
    /// <summary>Of <see cref="BoardProblems"/>.</summary>
    public const string Subject = "operator";

    // Of a regular report: the next one is due soon.
    private const int MaxTries = 4;

    // The last report is worth a moment more than the grace time.
    private static readonly TimeSpan LastReportLimit = TimeSpan.FromSeconds(2);

    // Of all tries, within the grace time: without the last report nobody knows that everything is proved.
    private static readonly TimeSpan LastReportsLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private ReportAnswer _last = new();

    /// <summary>See <see cref="ReportAnswer.Attempt"/>.</summary>
    public int? Attempt
    {
        get
        {
            lock (_gate)
                return _last.Attempt;
        }
    }

    /// <summary>Is called when a report was not taken.</summary>
    public Action Failed { get; init; } = static () => { };

    /// <summary>Is called when the operator says so (<see cref="ReportAnswer.HoldsUpPod"/>), each time.</summary>
    public Action HoldsUpPod { get; init; } = static () => { };

    /// <summary>Whether the operator is told of a run file.</summary>
    public Func<string, bool> IsReported { get; init; } = static _ => true;

    /// <summary>Goes on with what an earlier agent of this pod was told.</summary>
    public void Restore()
    {
        if (kept.Read() is { } answer)
            Take(answer);
    }

    /// <summary>Gives one report, to a few replicas where the first is not the right one.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task GiveAsync(AgentReport report, CancellationToken ct)
    {
        for (var tries = 1; await TryAsync(report, ct) is { } wait && tries < MaxTries; tries++)
            await Task.Delay(wait, time, ct);
    }

    /// <returns>How long to wait before it is given to another replica; null: it was taken, or nobody is there.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<TimeSpan?> TryAsync(AgentReport report, CancellationToken ct)
    {
        // That earlier ones did not arrive is over when this one does.
        var told = report with { Problems = board.Problems.AllBut(Subject), Runs = [.. report.Runs.Where(run => IsReported(run.File))] };
        var outcome = await client.SendAsync(told, ct);
        board.Problems.Tell(Subject, outcome.Answer is null ? outcome.Problem : null);
        if (outcome.Answer is not { } answer)
        {
            Failed();
            return outcome.Again;
        }
        if (Take(answer))
            kept.Write(answer);
        return null;
    }

    /// <summary>Gives the last word, which nobody repeats: to several replicas, until one has taken it or the time is up.</summary>
    /// <param name="over">No more than the try that goes on.</param>
    public async Task GiveLastAsync(Func<AgentReport> report, CancellationToken over)
    {
        using var limit = new CancellationTokenSource(LastReportLimit, time);
        var start = time.GetTimestamp();
        try
        {
            while (await TryAsync(report(), limit.Token) is { } wait && !over.IsCancellationRequested && time.GetElapsedTime(start) < LastReportsLimit)
            {
                limit.CancelAfter(wait + LastReportLimit);
                await Task.Delay(wait, time, limit.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // The operator keeps the report before it.
        }
    }

    /// <returns>Whether it says anything new.</returns>
    private bool Take(ReportAnswer answer)
    {
        if (answer.HoldsUpPod)
            HoldsUpPod();
        lock (_gate)
        {
            if (answer.Attempt == _last.Attempt && answer.HoldsUpPod == _last.HoldsUpPod && answer.Ended.SequenceEqual(_last.Ended))
                return false;
        }
        // Ends before the attempt: a run of an instance that has ended must not see the attempt of the next one.
        ends.Take(answer.Ended);
        lock (_gate)
        {
            // An operator that was restarted may know less for a moment.
            _last = answer with { Attempt = answer.Attempt ?? _last.Attempt };
        }
        return true;
    }
}
