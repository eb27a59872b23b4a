using Spectre.Console;

namespace Wandb.Sandbox.Commands;

/// <summary>One column of a <see cref="FittedTable"/>.</summary>
/// <param name="IsNumber">It stands to the right.</param>
/// <param name="Spare">0: it always stays. Of the others the highest goes first where the screen is narrow.</param>
internal sealed record FittedColumn(string Name, bool IsNumber = false, int Spare = 0);

/// <summary>A table that leaves columns out rather than break words.</summary>
internal static class FittedTable
{
    // Of TableBorder.Simple: a blank on either side of each cell and one between two, and the edges.
    private const int CellFrame = 3;
    private const int Edges = 1;

    /// <param name="width">Of the screen.</param>
    /// <param name="rows">A cell for each column.</param>
    public static Table Of(int width, IReadOnlyList<FittedColumn> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var shown = Fitting(width, columns, rows);
        var table = new Table { Border = TableBorder.Simple };
        foreach (var index in shown)
        {
            var column = new TableColumn(columns[index].Name).NoWrap();
            table.AddColumn(columns[index].IsNumber ? column.RightAligned() : column);
        }

        foreach (var row in rows)
        {
            table.AddRow(shown.Select(index => new Text(Screen.Printable(row[index]))));
        }

        return table;
    }

    /// <returns>Indexes of the columns that stay, in their order.</returns>
    internal static IReadOnlyList<int> Fitting(int width, IReadOnlyList<FittedColumn> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var shown = Enumerable.Range(0, columns.Count).ToList();
        foreach (var index in Enumerable.Range(0, columns.Count).Where(index => columns[index].Spare > 0).OrderByDescending(index => columns[index].Spare))
        {
            if (Edges + shown.Sum(one => CellFrame + rows.Select(row => row[one].Length).Append(columns[one].Name.Length).Max()) <= width)
                break;
            shown.Remove(index);
        }

        return shown;
    }
}
