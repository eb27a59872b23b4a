using System.Diagnostics;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Verification;

/// <summary>What a person is told: a line for each run, below it everything that is not as it should be or was not compared, and a last line.</summary>
internal static class VerificationText
{
    private const int MaxFindingsShown = 20;
    private const int MaxLostShown = 5;

    /// <summary>A first line such as <c>verified    demo/abc  1,000 rows, last step 999, 5 files, 1 artifact</c>, then details, indented.</summary>
    public static IEnumerable<string> Lines(VerificationReport report)
    {
        yield return RunText.Line(WordFor(report.Result), string.Join("  ", new[] { Subject(report), Amounts(report) }.Where(part => part.Length > 0)));
        if (report.Message.Length > 0)
            yield return RunText.Line("", report.Message);
        foreach (var finding in Limited(Told(report.Findings), MaxFindingsShown))
            yield return RunText.Line("", finding);
        foreach (var lost in Limited([.. report.Lost.Select(lost => $"the file itself: {lost}")], MaxLostShown))
            yield return RunText.Line("", lost);
    }

    /// <summary>The closing line: <c>3 runs: 2 verified, 1 differs; 2,000 rows, 12 files in 0.4 s</c>.</summary>
    public static string Totals(IReadOnlyList<VerificationReport> reports, IReadOnlyCollection<PathProblem> problems, TimeSpan elapsed)
    {
        var results = reports
            .GroupBy(report => report.Result)
            .OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {WordFor(group.Key)}")
            .Concat(problems.Count > 0 ? [Units.Count(problems.Count, "path") + " without runs"] : []);
        var notChecked = reports.Sum(report => report.Findings.Count(finding => finding.Verdict == FindingVerdict.NotChecked));
        var amounts = new[]
        {
            Units.Count(reports.Sum(report => report.HistoryLines), "row"),
            Units.Count(reports.Sum(report => (long)report.Files), "file"),
            notChecked > 0 ? $"{Units.Count(notChecked, "item")} not checked" : "",
        };
        return $"{Units.Count(reports.Count, "run")}: {string.Join(", ", results)}; {string.Join(", ", amounts.Where(amount => amount.Length > 0))} in {Units.Time(elapsed)}";
    }

    public static string WordFor(VerificationResult result) => result switch
    {
        VerificationResult.Verified => "verified",
        VerificationResult.Differs => "differs",
        VerificationResult.Unanswered => "unanswered",
        VerificationResult.Unusable => "unusable",
        _ => throw new UnreachableException(),
    };

    public static string WordFor(FindingVerdict verdict) => verdict switch
    {
        FindingVerdict.Same => "same",
        FindingVerdict.Differs => "differs",
        FindingVerdict.Missing => "missing",
        FindingVerdict.NotChecked => "not checked",
        _ => throw new UnreachableException(),
    };

    /// <summary>What is wrong before what was not compared; of what is the same only that which holds by the receipt alone.</summary>
    private static IReadOnlyList<string> Told(IEnumerable<Finding> findings) =>
    [
        .. findings
            .Where(finding => finding.Verdict != FindingVerdict.Same || finding.IsChangedHere)
            .OrderBy(finding => finding.Verdict switch { FindingVerdict.Missing or FindingVerdict.Differs => 0, FindingVerdict.NotChecked => 1, _ => 2 })
            .Select(finding => $"{WordFor(finding.Verdict)}: {finding.Subject}: {finding.Text}"),
    ];

    private static string Subject(VerificationReport report) => report switch
    {
        { Run: null } or { Result: VerificationResult.Unusable } => string.Join(", ", report.RunFiles),
        _ => RunText.Name(report.Run, report.RunFiles[0]),
    };

    private static string Amounts(VerificationReport report)
    {
        // Without an answer no file was read.
        if (report.Result is VerificationResult.Unusable || report.Result is VerificationResult.Unanswered && report.Findings.Count == 0)
            return "";
        var amounts = new List<string> { Units.Count(report.HistoryLines, "row") };
        if (report.LastStep is { } step)
            amounts.Add(FormattableString.Invariant($"last step {step}"));
        if (report.Files > 0)
            amounts.Add(Units.Count(report.Files, "file"));
        if (report.Artifacts > 0)
            amounts.Add(Units.Count(report.Artifacts, "artifact"));
        return string.Join(", ", amounts);
    }

    private static IEnumerable<string> Limited(IReadOnlyList<string> lines, int max) =>
        lines.Take(max).Concat(lines.Count > max ? [$"and {lines.Count - max} more"] : []);
}
