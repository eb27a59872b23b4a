using System.Globalization;
using Wandb.Agent.Records;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Inspection;

/// <summary>An inspected file for a person: its path, then one line a matter.</summary>
internal static class InspectionText
{
    private const int MaxKeys = 50;
    private const int MaxNames = 20;
    private const int MaxLost = 20;

    public static IEnumerable<string> Lines(InspectedFile file)
    {
        yield return PlainText.OneLine(file.Path);
        foreach (var (word, text) in Matters(file).Where(matter => matter.Text.Length > 0))
            yield return PlainText.OneLine($"  {word.PadRight(RunText.WordWidth)}{text}");
    }

    private static IEnumerable<(string Word, string Text)> Matters(InspectedFile file)
    {
        var summary = file.Summary;
        yield return ("file", file.LengthBytes > 0 ? $"{Units.Count(file.LengthBytes, "byte")}, {Verdict(file)}" : Verdict(file));
        if (summary.Ledger.Records == 0)
            yield break;
        if (summary.Run is { } run)
        {
            yield return ("run", $"{OrElse(run.Entity, "(default entity)")}/{OrElse(run.Project, "(no project)")}/{run.RunId}");
            yield return ("name", run.Name);
            yield return ("group", run.Group);
            yield return ("job type", run.JobType);
            yield return ("sweep", run.Sweep);
            yield return ("tags", string.Join(", ", run.Tags));
            yield return ("started", run.StartTime?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "");
        }
        yield return ("sdk", summary.SdkVersion is { } version ? $"wandb {version}" : "");
        var kinds = summary.Ledger.Counts().OrderByDescending(kind => kind.Value).Select(kind => $"{kind.Key} {Number(kind.Value)}");
        yield return ("records", $"{Number(summary.Ledger.Records)}: {string.Join(", ", kinds)}");
        yield return ("history", History(summary.History));
        yield return ("events", summary.Events > 0 ? $"{Units.Count(summary.Events, "row")} of system metrics" : "");
        yield return ("console", Console(summary));
        yield return ("files", Names(summary.Files, named => $"{named.Path} ({named.Policy})"));
        yield return ("artifacts", Names(summary.Artifacts, named => $"{named.Type} {named.Name}{Entries(named.Entries)}"));
        yield return ("alerts", Names(summary.Alerts, named => $"{named.Level} {named.Title}"));
        yield return ("exit", summary.ExitCode is { } code
            ? $"code {code} after {Units.WholeSeconds(summary.RuntimeSeconds)}"
            : "no exit record: the run was killed, or it is not over");
        foreach (var lost in summary.Ledger.Lost.Take(MaxLost))
            yield return ("lost", Lost(lost));
        if (summary.Ledger.Lost.Count > MaxLost)
            yield return ("", $"and {summary.Ledger.Lost.Count - MaxLost} more");
        if (summary.Ledger.Tail is { } tail)
        {
            var where = $"in block {tail.Block} from {tail.From}";
            yield return ("end", $"{Units.Count(tail.Bytes, "byte")} behind the last record hold none ({Damage.Describe(tail.Reason)}), {where}");
        }
    }

    private static string Lost(LostRecords lost) =>
        lost.FromByte < 0 ? lost.ToString() : $"{lost}: {Units.Count(lost.ToByte - lost.FromByte, "byte")} from {lost.FromByte}";

    private static string OrElse(string text, string other) => text.Length > 0 ? text : other;

    private static string Verdict(InspectedFile file) => file switch
    {
        { Problem: { } problem } => problem,
        { Summary.Ledger.LostCount: > 0 and var lost } => $"{Units.Count(lost, "record")} lost",
        _ => "no record lost",
    };

    private static string History(HistorySummary history)
    {
        if (history.Rows == 0)
            return "no rows";
        var steps = history is { FirstStep: { } first, LastStep: { } last } ? $", steps {first} to {last}" : "";
        var more = history.KeyCount > MaxKeys || history.HasMoreKeys ? ", …" : "";
        var count = history.HasMoreKeys ? $"more than {history.KeyCount} keys" : Units.Count(history.KeyCount, "key");
        return $"{Units.Count(history.Rows, "row")}{steps}, {count}: {string.Join(", ", history.Keys(MaxKeys))}{more}";
    }

    private static string Console(RunFileSummary summary) => (summary.Stdout.Lines, summary.Stderr.Lines) switch
    {
        (0, 0) => "",
        var (stdout, stderr) => $"{Units.Count(stdout, "line")} of stdout, {Units.Count(stderr, "line")} of stderr",
    };

    private static string Entries(int? entries) => entries switch
    {
        null => "",
        1 => " (1 entry)",
        var count => $" ({count} entries)",
    };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Names<T>(BoundedList<T> list, Func<T, string> name) =>
        list.Count == 0 ? "" : $"{list.Count}: {string.Join(", ", list.First.Take(MaxNames).Select(name))}{(list.Count > MaxNames ? ", …" : "")}";
}
