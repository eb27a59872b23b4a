using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Demonstration;

/// <summary>One entry of WandbRun.status.runs beside what the server holds of that run.</summary>
/// <param name="Index">Completion index of its pod; null: none.</param>
/// <param name="Read">Rows that the agent found on the disk.</param>
/// <param name="Acknowledged">Rows that the server took, as the agent says.</param>
/// <param name="OnServer">Rows that the server has.</param>
/// <param name="Receipt">SHA-256 of the receipt; null: none.</param>
internal sealed record RunProof(
    string Id, string Name, string Pod, long? Index, string State, string Exit, long Read, long Acknowledged, long OnServer, string? Receipt)
{
    /// <summary>Every row that reached the disk is on the server, and there is a receipt that says so.</summary>
    public bool IsProved => State == "Synced" && Receipt is not null && Read == Acknowledged && Acknowledged == OnServer;

    /// <param name="wandbRun">The WandbRun.</param>
    /// <param name="rowsOnServer">Rows by run id.</param>
    /// <returns>By index, then by pod.</returns>
    public static IReadOnlyList<RunProof> Of(JsonObject wandbRun, IReadOnlyDictionary<string, long> rowsOnServer) =>
    [
        .. wandbRun.Objects("status", "runs")
            .Select(run => new RunProof(
                run.Text("id") ?? "",
                run.Text("name") ?? "",
                run.Text("pod") ?? "",
                run.Number("index"),
                run.Text("state") ?? "",
                Ending(run),
                run.Number("rowsRead") ?? 0,
                run.Number("rowsAcknowledged") ?? 0,
                rowsOnServer.GetValueOrDefault(run.Text("id") ?? ""),
                run.Text("receiptDigest")))
            .OrderBy(run => run.Index).ThenBy(run => run.Pod, StringComparer.Ordinal),
    ];

    private static string Ending(JsonObject run) => (run.Number("exitCode"), run.Text("exitReason")) switch
    {
        ({ } code, { } reason) => $"{code} ({reason})",
        ({ } code, null) => $"{code}",
        (null, { } reason) => reason,
        _ => "",
    };
}
