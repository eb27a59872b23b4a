using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Commands;

namespace Wandb.Sandbox.Demonstration;

/// <summary>Each attempt of each fold: what was on the disk, what the agent says, what the server has.</summary>
internal static class ProofTable
{
    private const int DigestStart = 12;

    private static readonly string[] Texts = ["fold", "run", "pod", "state", "exit"];
    private static readonly string[] Numbers = ["rows on disk", "acknowledged", "on the server"];

    public static Table Of(IEnumerable<RunProof> runs)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns([.. Texts.Select(name => new TableColumn(name).NoWrap()), .. Numbers.Select(name => new TableColumn(name).RightAligned().NoWrap()), new TableColumn("receipt").NoWrap()]);
        foreach (var run in runs)
        {
            string[] cells =
            [
                run.Index?.ToString(CultureInfo.InvariantCulture) ?? "", run.Name.Length > 0 ? run.Name : run.Id, run.Pod, run.State, run.Exit,
                Number(run.Read), Number(run.Acknowledged), Number(run.OnServer), run.Receipt is { } receipt ? receipt[..Math.Min(DigestStart, receipt.Length)] : "none",
            ];
            table.AddRow(cells.Select(cell => new Text(Screen.Printable(cell))));
        }

        return table;
    }

    /// <summary>A line for each metric of each group.</summary>
    /// <param name="groups">status.groups of a WandbRun.</param>
    public static IEnumerable<string> Groups(JsonArray groups) =>
        from @group in groups.OfType<JsonObject>()
        from metric in @group.Objects("metrics")
        select $"  group {@group.Text("name")}: {metric.Text("name")} {Short(metric, "mean")} ± {Short(metric, "standardDeviation")} over {metric.Number("n")} folds, {Short(metric, "min")} to {Short(metric, "max")}";

    private static string Short(JsonObject metric, string member) =>
        double.TryParse(metric.Text(member), CultureInfo.InvariantCulture, out var number) ? number.ToString("G4", CultureInfo.InvariantCulture) : "?";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
