using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Verification;

/// <summary>Shows a verification: lines for people, or one JSON object a run on the output and every word on the error stream.</summary>
internal sealed class VerificationReporter(TextWriter output, TextWriter error, bool isJson, TimeProvider time) : IWaitObserver
{
    private readonly LineOutput _results = new(output);
    private readonly LineOutput _words = new(isJson ? error : output);
    private readonly WaitLimit _waits = new(time);
    private readonly long _started = time.GetTimestamp();

    public void Problem(PathProblem problem) => _words.Write(RunText.Line(problem));

    public void Waiting(string what, string reason, TimeSpan delay, int attempt)
    {
        if (_waits.Allows(what))
            _words.Write(RunText.Waiting(what, reason, delay, attempt));
    }

    public void Finished(VerificationReport report) => _results.Write(isJson ? [VerificationJson.Line(report)] : VerificationText.Lines(report));

    public void Close(IReadOnlyList<VerificationReport> reports, IReadOnlyList<PathProblem> problems)
    {
        if (!isJson)
            _words.Write(VerificationText.Totals(reports, problems, time.GetElapsedTime(_started)));
    }
}
