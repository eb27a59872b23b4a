using System.Globalization;
using Wandb.Agent.Reporting;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>A report as a person reads it: the agent, the server, a table of runs, problems.</summary>
internal static class StatusText
{
    private const string Gap = "  ";

    /// <summary>A running agent writes every few seconds.</summary>
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(30);

    public static IEnumerable<string> Lines(AgentReport report, string path, DateTimeOffset now)
    {
        yield return Agent(report, now);
        if (IsStale(report, now))
            yield return $"stale   this is {Age(now - report.SentAt)} old, and an agent that runs writes every few seconds: it has ended, or hangs";
        yield return Server(report.Backend, now);
        yield return $"file    {path}";
        foreach (var problem in report.Problems)
            yield return $"problem {problem}";
        if (report.Runs.Count == 0)
        {
            yield return "no runs yet";
            yield break;
        }
        yield return "";
        foreach (var line in Table(report.Runs))
            yield return line;
    }

    private static bool IsStale(AgentReport report, DateTimeOffset now) => !report.IsLast && now - report.SentAt > StaleAfter;

    private static string Agent(AgentReport report, DateTimeOffset now) =>
        $"agent   {report.State}, {Age(now - report.SentAt)} ago, version {report.AgentVersion}{(report.IsLast ? "; it has ended or is about to" : "")}";

    private static string Server(BackendReport backend, DateTimeOffset now)
    {
        var since = backend.Since is { } start ? $" for {Age(now - start)}" : "";
        var reason = backend.Reason.Length > 0 ? $": {backend.Reason}" : "";
        var next = backend.NextTry is { } time && time > now ? $"; next try in {Age(time - now)}" : "";
        return $"server  {backend.BaseUrl}  {backend.State}{since}{reason}{next}";
    }

    private static IEnumerable<string> Table(IReadOnlyList<ReportedRun> runs)
    {
        List<string[]> rows = [["RUN", "STATE", "STEP", "ROWS", "BACKLOG", "LAG", "EXIT"], .. runs.Select(Cells)];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => TerminalText.Width(row[column]))).ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            yield return string.Join(Gap, rows[i].Select((cell, column) => Cell(cell, column, widths[column]))).TrimEnd();
            if (i > 0 && runs[i - 1].Message.Length > 0)
                yield return Gap + runs[i - 1].Message;
        }
    }

    private static string[] Cells(ReportedRun run) =>
    [
        run.Project.Length > 0 ? $"{run.Project}/{run.Id}" : run.Id,
        run.State.ToString(),
        run.LastStep?.ToString("N0", CultureInfo.InvariantCulture) ?? "",
        string.Create(CultureInfo.InvariantCulture, $"{run.RowsAcknowledged:N0}/{run.RowsRead:N0}"),
        run.BacklogBytes == 0 ? "0" : Units.Bytes(run.BacklogBytes),
        run.BacklogBytes == 0 ? "" : Units.Time(TimeSpan.FromSeconds(run.LagSeconds)),
        run.ExitCode is { } code ? $"{code.ToString(CultureInfo.InvariantCulture)}{(run.ExitReason.Length > 0 ? $" {run.ExitReason}" : "")}" : "",
    ];

    // Names and words to the left, numbers to the right.
    private static string Cell(string cell, int column, int width) =>
        column is 0 or 1 or 6 ? TerminalText.PadRight(cell, width) : TerminalText.PadLeft(cell, width);

    private static string Age(TimeSpan age) => Units.Time(age < TimeSpan.Zero ? TimeSpan.Zero : age);
}
