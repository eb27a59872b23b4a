using System.Globalization;
using Spectre.Console;
using Wandb.Sandbox.Backend;

namespace Wandb.Sandbox.Commands;

/// <summary>Runs as a table.</summary>
internal static class RunTable
{
    private static readonly string[] Texts = ["run", "name", "project", "group", "state"];
    private static readonly string[] Numbers = ["rows", "events", "console lines", "files", "artifacts"];

    public static Table Of(IEnumerable<RunOverview> runs)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns([.. Texts.Select(name => new TableColumn(name).NoWrap()), .. Numbers.Select(name => new TableColumn(name).RightAligned().NoWrap())]);
        foreach (var run in runs)
        {
            string[] cells =
            [
                run.Run, run.Name, $"{run.Entity}/{run.Project}", run.Group ?? "", run.State,
                Number(run.Rows), Number(run.Events), Number(run.ConsoleLines), Number(run.Files), Number(run.Artifacts),
            ];
            table.AddRow(cells.Select(cell => new Text(Screen.Printable(cell))));
        }

        return table;
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
