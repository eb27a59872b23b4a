using Microsoft.Extensions.Logging;
using Wandb.Agent.Http;
using Wandb.Agent.Logs;
using Wandb.Agent.Reporting;
using Wandb.Agent.Telemetry;

namespace Wandb.Agent.Reports;

/// <summary>What the agent copes with, one sentence for each subject, until it is over. Thread-safe.</summary>
/// <param name="log">Where it is said that something began or is over.</param>
/// <param name="changed">Called after each change.</param>
internal sealed class BoardProblems(ILogger log, Action changed)
{
    // One lost answer is no problem.
    private const int FailedUploadsUntilTold = 3;

    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);

    // Why the last checkpoint of these run files could not be written.
    private readonly Dictionary<string, string> _unsaved = new(StringComparer.Ordinal);

    // Since the last one that was answered.
    private int _failedUploads;

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_gate)
                return [.. _words.Values];
        }
    }

    /// <summary>Of telling others, not of the work itself.</summary>
    public IReadOnlyList<string> OfTelling
    {
        get
        {
            lock (_gate)
                return [.. _words.Where(problem => problem.Key == OperatorLink.Subject || problem.Key.StartsWith(AgentTelemetry.Subject, StringComparison.Ordinal)).Select(problem => problem.Value)];
        }
    }

    public IReadOnlyList<string> AllBut(string subject)
    {
        lock (_gate)
            return [.. _words.Where(problem => problem.Key != subject).Select(problem => problem.Value)];
    }

    /// <param name="subject">One problem of a subject is told at a time.</param>
    /// <param name="words">One sentence; null when the problem is over.</param>
    public void Tell(string subject, string? words)
    {
        string? before;
        lock (_gate)
        {
            before = _words.GetValueOrDefault(subject);
            if (string.Equals(before, words, StringComparison.Ordinal))
                return;
            if (words is null)
                _words.Remove(subject);
            else
                _words[subject] = words;
        }
        changed();
        if (words is not null)
            log.ProblemBegan(words);
        else if (before is not null)
            log.ProblemIsOver(before);
    }

    /// <param name="problem">Why the checkpoint of this run file could not be written; null: it was.</param>
    public void CheckpointSaved(string file, string? problem)
    {
        string? words;
        lock (_gate)
        {
            if (problem is null && !_unsaved.Remove(file))
                return;
            if (problem is not null)
                _unsaved[file] = problem;
            words = _unsaved.Count == 0 ? null
                : $"checkpoints of {Units.Count(_unsaved.Count, "run file")} cannot be written ({_unsaved.Values.First()}): nothing is lost, but an agent that is started again sends much again";
        }
        Tell("checkpoints", words);
    }

    /// <summary>A try to put a file into the server's store, which may be another host with another way.</summary>
    public void Uploaded(RequestTry attempt)
    {
        bool isTold;
        lock (_gate)
        {
            _failedUploads = attempt.Status is null ? _failedUploads + 1 : 0;
            isTold = _failedUploads >= FailedUploadsUntilTold;
            if (_failedUploads is > 0 and < FailedUploadsUntilTold)
                return;
        }
        Tell("uploads", isTold ? $"files cannot be put into the server's store ({attempt.Words}): rows go on" : null);
    }
}
