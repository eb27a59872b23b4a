using System.Globalization;

namespace Wandb.Agent.Reporting;

/// <summary>
/// The table at the end of a sync on a terminal, with everything that is not as it should be below its run. Where there is no room, the
/// address gets a line of its own; then time, artifacts and files are left out, and at last names are shortened.
/// </summary>
internal static class ClosingTable
{
    private const string Gap = "  ";
    private const int MinNameWidth = 12;
    private const int AddressRank = 6;

    // A name is cut to this before a column is left out for it.
    private const int FairNameWidth = 40;
    private const int NarrowColumns = 60;

    /// <param name="colour">Colours a word by its result; the identity without colour.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<RunReport> reports, int columns, Func<SyncResult, string, string> colour)
    {
        if (reports.Count == 0)
            yield break;
        var table = Columns(reports);
        var name = table[1];
        while (table.Count > 3 && Width(table) - Math.Max(0, name.Width - FairNameWidth) > columns - 1)
            table.Remove(table.MaxBy(column => column.Rank)!);
        name.Width = Math.Clamp(columns - 1 - (Width(table) - name.Width), Math.Min(MinNameWidth, name.Width), name.Width);
        var hasAddresses = table[^1].Rank == AddressRank;

        yield return string.Join(Gap, table.Select(column => column.Cell(column.Title))).TrimEnd();
        for (var i = 0; i < reports.Count; i++)
        {
            var cells = table.Select(column => column.Cell(column.Texts[i])).ToList();
            cells[0] = colour(reports[i].Result, cells[0]);
            yield return string.Join(Gap, cells).TrimEnd();
            if (!hasAddresses && reports[i].Url is { } url)
                yield return Indent(columns) + PlainText.OneLine(url.AbsoluteUri);
            foreach (var line in RunText.Details(reports[i]).SelectMany(detail => Wrapped(detail, columns)))
                yield return line;
        }
    }

    private static IEnumerable<string> Wrapped(string detail, int columns) =>
        TerminalText.Wrap(PlainText.OneLine(detail), columns - 1 - Indent(columns).Length).Select(line => Indent(columns) + line);

    private static string Indent(int columns) => columns < NarrowColumns ? "  " : new string(' ', RunText.WordWidth);

    private static List<Column> Columns(IReadOnlyList<RunReport> reports)
    {
        List<Column> columns =
        [
            new(0, "RESULT", reports, report => RunText.WordFor(report.Result)),
            new(1, "RUN", reports, report => RunText.Name(report.Run, report.File)),
            new(2, "ROWS", reports, report => Number(report.HistoryLines)) { IsNumber = true },
            new(3, "FILES", reports, report => Number(report.Files)) { IsNumber = true },
            new(4, "ARTIFACTS", reports, report => Number(report.Artifacts)) { IsNumber = true },
            new(5, "TIME", reports, report => Units.Time(report.Duration)) { IsNumber = true },
            new(AddressRank, "ADDRESS", reports, report => report.Url?.AbsoluteUri ?? ""),
        ];
        columns.RemoveAll(column => column.Rank is 4 or AddressRank && column.Texts.All(text => text is "" or "0"));
        return columns;
    }

    private static int Width(List<Column> columns) => columns.Sum(column => column.Width) + Gap.Length * (columns.Count - 1);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private sealed class Column
    {
        public Column(int rank, string title, IReadOnlyList<RunReport> reports, Func<RunReport, string> text)
        {
            (Rank, Title) = (rank, title);
            Texts = [.. reports.Select(report => PlainText.OneLine(text(report)))];
            Width = Math.Max(title.Length, Texts.Max(TerminalText.Width));
        }

        /// <summary>The higher, the sooner it is left out.</summary>
        public int Rank { get; }

        public string Title { get; }

        public IReadOnlyList<string> Texts { get; }

        public int Width { get; set; }

        public bool IsNumber { get; init; }

        public string Cell(string text) => IsNumber
            ? TerminalText.PadLeft(TerminalText.Fit(text, Width), Width)
            : TerminalText.PadRight(TerminalText.FitMiddle(text, Width), Width);
    }
}
