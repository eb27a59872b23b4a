using System.Diagnostics;
using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Reporting;

/// <summary>What a person is told about runs, paths and the end, line by line.</summary>
internal static class RunText
{
    private const int MaxLostShown = 5;
    private const int MaxMissingShown = 5;

    /// <summary>Width of the first word and the blanks behind it.</summary>
    public const int WordWidth = 12;

    /// <summary>A first line such as <c>synced      demo/abc  3 rows, 4 files  https://…</c>, then lines of details, indented.</summary>
    public static IEnumerable<string> Lines(RunReport report)
    {
        string[] parts = [Subject(report), Amounts(report), report.Url?.AbsoluteUri ?? ""];
        yield return Line(WordFor(report.Result), string.Join("  ", parts.Where(part => part.Length > 0)));
        foreach (var detail in Details(report))
            yield return Line("", detail);
    }

    public static string Line(PathProblem problem) => Line("no run", $"{problem.Path}: {problem.Reason}");

    public static string Note(string file, string message) => Line("note", $"{file}: {message}");

    public static string Started(RunProgress progress) =>
        Line(progress.Phase.StartsWith("observed", StringComparison.Ordinal) ? "observed" : "syncing", $"{Name(progress.Run, progress.File)}  {progress.File}  {Units.Bytes(progress.FileBytes)}");

    /// <param name="attempt">Tries made so far; 0 when only the rate limit is kept.</param>
    public static string Waiting(string what, string reason, TimeSpan delay, int attempt) =>
        Line("waiting", attempt == 0
            ? $"{what}: {reason}; goes on in {Units.Time(delay)}"
            : $"{what}: {reason}; try {attempt + 1} in {Units.Time(delay)}");

    /// <summary>The closing line: <c>4 runs: 3 synced, 1 incomplete; 1,024 rows, 5 files in 2.1 s</c>.</summary>
    public static string Totals(IReadOnlyList<RunReport> reports, IReadOnlyCollection<PathProblem> problems, TimeSpan elapsed)
    {
        var results = Enum.GetValues<SyncResult>()
            .Select(result => (Word: WordFor(result), Reports: reports.Where(report => report.Result == result).ToList()))
            .Where(result => result.Reports.Count > 0)
            .Select(result => $"{result.Reports.Count} {result.Word}{Unproved(result.Reports.Count(report => report.IsUnproved))}")
            .Concat(problems.Count > 0 ? [Units.Count(problems.Count, "path") + " without runs"] : []);
        var lost = reports.Sum(report => report.LostRecords);
        string[] amounts =
        [
            Units.Count(reports.Sum(report => report.HistoryLines), "row"),
            Units.Count(reports.Sum(report => (long)report.Files), "file"),
            lost > 0 ? Units.Count(lost, "record") + " lost in the files" : "",
        ];
        var sums = string.Join(", ", amounts.Where(amount => amount.Length > 0));
        var runs = $"{Units.Count(reports.Count, "run")}: {string.Join(", ", results)}";
        return reports.All(report => report.Result == SyncResult.Listed) ? runs : $"{runs}; {sums} in {Units.Time(elapsed)}";
    }

    private static string Unproved(int count) => count > 0 ? $" ({count} not proved)" : "";

    public static string WordFor(SyncResult result) => result switch
    {
        SyncResult.Synced => "synced",
        SyncResult.Unfinished => "unfinished",
        SyncResult.Skipped => "skipped",
        SyncResult.Incomplete => "incomplete",
        SyncResult.Unusable => "unusable",
        SyncResult.Listed => "listed",
        _ => throw new UnreachableException(),
    };

    /// <summary>Project and id, as people tell runs apart; the file where nothing better is known.</summary>
    public static string Name(Http.RunPath? run, string file) => run is { } path ? $"{path.Project}/{path.Run}" : file;

    public static string Amounts(RunReport report)
    {
        (long Count, string Noun)[] amounts =
        [
            (report.HistoryLines, "row"),
            (report.Files, "file"),
            (report.Artifacts, "artifact"),
        ];
        return report.Result is SyncResult.Skipped or SyncResult.Unusable or SyncResult.Listed
            ? ""
            : string.Join(", ", from amount in amounts where amount is { Count: > 0 } or { Noun: "row" } select Units.Count(amount.Count, amount.Noun));
    }

    /// <summary>Everything that is not as it should be, one matter a line.</summary>
    public static IEnumerable<string> Details(RunReport report)
    {
        if (report.Message.Length > 0)
            yield return report.Message;
        else if (Reason(report.Result) is { } reason)
            yield return reason;
        if (report.IsGrowing && !Tells(report, "still growing"))
            yield return "the file is still growing: sync it again when the run is over";
        IReadOnlyList<LostRecords> untold = report.Lost is [var first, ..] && Tells(report, first.ToString()) ? [] : report.Lost;
        foreach (var lost in Listed(untold.Select(lost => lost.ToString()), untold.Count, MaxLostShown))
            yield return lost;
        if (report.UnknownRecords > 0)
            yield return $"{Units.Count(report.UnknownRecords, "record")} of kinds that this agent does not know, skipped";
        var missingFiles = report.MissingFiles.Select(file => $"not on this machine: {file}");
        foreach (var missing in Listed(missingFiles, report.MissingFiles.Count, MaxMissingShown))
            yield return missing;
        if (report.SetAside > 0)
            yield return $"{Units.Count(report.SetAside, "item")} refused by the server, set aside";
    }

    /// <summary>The engine may have put a matter into its message already; it is not told twice.</summary>
    private static bool Tells(RunReport report, string matter) => report.Message.Contains(matter, StringComparison.Ordinal);

    private static string Subject(RunReport report) => report switch
    {
        { Run: null } => report.File,
        // Whoever acts on these must find the file: two directories may hold one run.
        { Result: SyncResult.Unusable or SyncResult.Skipped or SyncResult.Listed } => $"{Name(report.Run, report.File)}  {report.File}",
        _ => Name(report.Run, report.File),
    };

    private static string? Reason(SyncResult result) => result switch
    {
        SyncResult.Unfinished => "no exit record: the run stays open on the server (--finish CODE closes it)",
        SyncResult.Skipped => "synced before (--include-synced looks again)",
        _ => null,
    };

    private static IEnumerable<string> Listed(IEnumerable<string> lines, int count, int max) =>
        lines.Take(max).Concat(count > max ? [$"and {count - max} more"] : []);

    /// <summary>One line of any command: a first word, or blanks under it, and a text.</summary>
    public static string Line(string word, string text) => PlainText.OneLine(word.PadRight(WordWidth) + text);
}
