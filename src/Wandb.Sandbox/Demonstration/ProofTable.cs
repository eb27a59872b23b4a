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

    private static readonly FittedColumn[] Columns =
    [
        new("fold"), new("run", Spare: 4), new("pod"), new("state"), new("exit", Spare: 1), new("on disk", IsNumber: true),
        new("acknowledged", IsNumber: true, Spare: 2), new("on server", IsNumber: true), new("receipt", Spare: 3),
    ];

    /// <param name="width">Of the screen.</param>
    public static Table Of(IEnumerable<RunProof> runs, int width) => FittedTable.Of(width, Columns,
    [
        .. runs.Select(run => new[]
        {
            run.Index?.ToString(CultureInfo.InvariantCulture) ?? "", run.Name.Length > 0 ? run.Name : run.Id, run.Pod, run.State, run.Exit,
            Number(run.Read), Number(run.Acknowledged), Number(run.OnServer), run.Receipt is { } receipt ? receipt[..Math.Min(DigestStart, receipt.Length)] : "none",
        }),
    ]);

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
