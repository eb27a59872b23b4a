using System.Globalization;
using Spectre.Console;
using Wandb.Sandbox.Backend;

namespace Wandb.Sandbox.Commands;

/// <summary>Runs as a table.</summary>
internal static class RunTable
{
    private static readonly FittedColumn[] Columns =
    [
        new("run"), new("name"), new("project"), new("group", Spare: 1), new("state"), new("rows", IsNumber: true), new("events", IsNumber: true, Spare: 5),
        new("console lines", IsNumber: true, Spare: 3), new("files", IsNumber: true, Spare: 2), new("artifacts", IsNumber: true, Spare: 4),
    ];

    /// <param name="width">Of the screen.</param>
    public static Table Of(IEnumerable<RunOverview> runs, int width) => FittedTable.Of(width, Columns,
    [
        .. runs.Select(run => new[]
        {
            run.Run, run.Name, $"{run.Entity}/{run.Project}", run.Group ?? "", run.State,
            Number(run.Rows), Number(run.Events), Number(run.ConsoleLines), Number(run.Files), Number(run.Artifacts),
        }),
    ]);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
