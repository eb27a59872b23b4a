using System.Security.Cryptography;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Reports;

/// <summary>Tells the board what is shown to a person or a program as well.</summary>
/// <param name="tried">Is told of every try in addition.</param>
internal sealed class BoardReporter(ISyncReporter shown, RunBoard board, Action<RequestTry> tried) : ISyncReporter
{
    public bool WantsFacts => true;

    /// <summary>Is told first of what the work on a file came to; whoever works on it still has the run's lock.</summary>
    public Action<RunReport> Ended { get; init; } = static _ => { };

    public void Found(RunHead head, RunPath? run, RunFileCount kept) => board.Found(head, run, kept);

    public void Observed(RunHead head, RunPath? run, RunFileCount count) => board.Observed(head, run, count);

    public void Facts(RunFacts facts) => board.Facts(facts);

    public IDisposable? BeginRun(RunPath run) => shown.BeginRun(run);

    public void Progress(RunProgress progress) => shown.Progress(progress);

    public void CheckpointKept(string file, long bytes)
    {
        board.Problems.CheckpointSaved(file, null);
        shown.CheckpointKept(file, bytes);
    }

    public void CheckpointFailed(string file, string problem)
    {
        board.Problems.CheckpointSaved(file, problem);
        shown.CheckpointFailed(file, problem);
    }

    public void Note(string file, string message) => shown.Note(file, message);

    public void Finished(RunReport report)
    {
        Ended(report);
        board.Finished(report, DigestOf(report.ReceiptPath));
        shown.Finished(report);
    }

    public void Waiting(string what, string reason, TimeSpan delay, int attempt)
    {
        if (attempt > 0)
            board.Waiting(delay);
        shown.Waiting(what, reason, delay, attempt);
    }

    public void Tried(RequestTry attempt)
    {
        tried(attempt);
        board.Tried(attempt);
        shown.Tried(attempt);
    }

    public void Hindered(string subject, string? words) => board.Problems.Tell(subject, words);

    public void Problem(PathProblem problem) => shown.Problem(problem);

    public void Close(IReadOnlyList<RunReport> reports, IReadOnlyList<PathProblem> problems) => shown.Close(reports, problems);

    public ValueTask DisposeAsync() => shown.DisposeAsync();

    /// <returns>Null without a receipt that can be read.</returns>
    private static string? DigestOf(string? receipt)
    {
        try
        {
            return receipt is null ? null : Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(receipt)));
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return null;
        }
    }
}
