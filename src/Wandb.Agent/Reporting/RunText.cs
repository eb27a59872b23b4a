using System.Diagnostics;
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
        yield return Line(WordFor(report.Result), string.Join("  ", new[] { Subject(report), Amounts(report), report.Url?.AbsoluteUri ?? "" }.Where(part => part.Length > 0)));
        foreach (var detail in Details(report))
            yield return Line("", detail);
    }

    public static string Line(PathProblem problem) => Line("no run", $"{problem.Path}: {problem.Reason}");

    public static string Note(string file, string message) => Line("note", $"{file}: {message}");

    public static string Started(RunProgress progress) => Line("syncing", $"{Name(progress.Run, progress.File)}  {progress.File}  {Units.Bytes(progress.FileBytes)}");

    /// <param name="attempt">Tries made so far; 0 when only the rate limit is kept.</param>
    public static string Waiting(string what, string reason, TimeSpan delay, int attempt) =>
        Line("waiting", attempt == 0
            ? $"{what}: {reason}; goes on in {Units.Time(delay)}"
            : $"{what}: {reason}; try {attempt + 1} in {Units.Time(delay)}");

    /// <summary>The closing line: <c>4 runs: 3 synced, 1 incomplete; 1,024 rows, 5 files in 2.1 s</c>.</summary>
    public static string Totals(IReadOnlyList<RunReport> reports, IReadOnlyCollection<PathProblem> problems, TimeSpan elapsed)
    {
        var results = Enum.GetValues<SyncResult>()
            .Select(result => (Word: WordFor(result), Count: reports.Count(report => report.Result == result)))
            .Where(result => result.Count > 0)
            .Select(result => $"{result.Count} {result.Word}")
            .Concat(problems.Count > 0 ? [Units.Count(problems.Count, "path") + " without runs"] : []);
        var lost = reports.Sum(report => report.LostRecords);
        var amounts = new[]
        {
            Units.Count(reports.Sum(report => report.HistoryLines), "row"),
            Units.Count(reports.Sum(report => (long)report.Files), "file"),
            lost > 0 ? Units.Count(lost, "record") + " lost in the files" : "",
        };
        return $"{Units.Count(reports.Count, "run")}: {string.Join(", ", results)}; {string.Join(", ", amounts.Where(amount => amount.Length > 0))} in {Units.Time(elapsed)}";
    }

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
        return report.Result is SyncResult.Skipped or SyncResult.Unusable
            ? ""
            : string.Join(", ", amounts.Where(amount => amount.Count > 0 || amount.Noun == "row").Select(amount => Units.Count(amount.Count, amount.Noun)));
    }

    /// <summary>Everything that is not as it should be, one matter a line.</summary>
    public static IEnumerable<string> Details(RunReport report)
    {
        if (report.Message.Length > 0)
            yield return report.Message;
        else if (Reason(report.Result) is { } reason)
            yield return reason;
        if (report.IsGrowing)
            yield return "the file is still growing: sync it again when the run is over";
        foreach (var lost in Listed(report.Lost.Select(lost => lost.ToString()), report.Lost.Count, MaxLostShown))
            yield return lost;
        if (report.UnknownRecords > 0)
            yield return $"{Units.Count(report.UnknownRecords, "record")} of kinds that this agent does not know, skipped";
        foreach (var missing in Listed(report.MissingFiles.Select(file => $"not on this machine: {file}"), report.MissingFiles.Count, MaxMissingShown))
            yield return missing;
        if (report.SetAside > 0)
            yield return $"{Units.Count(report.SetAside, "item")} refused by the server, set aside";
    }

    private static string Subject(RunReport report) =>
        // Two directories may hold one run, and a file that gave no run has no other name.
        report.Run is null || report.Result is SyncResult.Unusable or SyncResult.Skipped or SyncResult.Listed
            ? report.Run is null ? report.File : $"{Name(report.Run, report.File)}  {report.File}"
            : Name(report.Run, report.File);

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
