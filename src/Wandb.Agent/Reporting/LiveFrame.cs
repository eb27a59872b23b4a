using System.Globalization;

namespace Wandb.Agent.Reporting;

/// <summary>Lays out a moment of a sync for a terminal: a line for each run, why requests wait, and where the whole stands.</summary>
internal static class LiveFrame
{
    private const int MaxWaits = 3;
    private const string Gap = "  ";

    /// <returns>At most <paramref name="rows"/> - 1 lines of less than <paramref name="columns"/> columns, so that nothing wraps.</returns>
    public static IReadOnlyList<string> Lines(LiveSnapshot snapshot, int total, int columns, int rows)
    {
        var width = Math.Max(1, columns - 1);
        var waits = snapshot.Waits.Take(MaxWaits).ToList();
        var room = Math.Max(0, rows - 2 - waits.Count);
        var shown = snapshot.Runs.Count > room ? Math.Max(0, room - 1) : snapshot.Runs.Count;
        var lines = snapshot.Runs.Take(shown).Select(run => Line(run, width)).ToList();
        if (shown < snapshot.Runs.Count && room > 0)
            lines.Add($"and {snapshot.Runs.Count - shown} more");
        lines.AddRange(waits);
        lines.Add($"{snapshot.Done} of {Units.Count(total, "run")} done, {snapshot.Runs.Count} going on, {Units.Time(snapshot.Elapsed)}");
        return [.. lines.TakeLast(Math.Max(1, rows - 1)).Select(line => TerminalText.Fit(PlainText.OneLine(line), width))];
    }

    /// <summary>The name, then as much as there is room for, the most wanted first: percent, time left, rows, rate, bytes, phase.</summary>
    private static string Line(LiveRun run, int width)
    {
        (int Rank, string Text)[] columns =
        [
            (0, $"{run.Percent.ToString(CultureInfo.InvariantCulture),3}%"),
            (2, TerminalText.PadLeft(Units.Count(run.Rows, "row"), 12)),
            (4, TerminalText.PadLeft($"{Units.Bytes(run.ReadBytes)} of {Units.Bytes(run.FileBytes)}", 18)),
            (3, TerminalText.PadLeft(run.BytesPerSecond > 0 ? $"{Units.Bytes(run.BytesPerSecond)}/s" : "", 9)),
            (1, TerminalText.PadLeft(run.Left is { } left ? $"{Units.Time(left)} left" : "", 13)),
            (5, run.Phase),
        ];
        var nameWidth = Math.Min(28, Math.Max(8, width / 3));
        var room = width - nameWidth;
        var chosen = new HashSet<int>();
        foreach (var (rank, text) in columns.OrderBy(column => column.Rank))
        {
            var needed = Gap.Length + TerminalText.Width(text);
            if (needed > room)
                break;
            room -= needed;
            chosen.Add(rank);
        }
        var name = TerminalText.PadRight(TerminalText.FitMiddle(PlainText.OneLine(run.Name), nameWidth), nameWidth);
        return string.Join(Gap, columns.Where(column => chosen.Contains(column.Rank)).Select(column => column.Text).Prepend(name)).TrimEnd();
    }
}
