using Wandb.Agent.Http;
using Wandb.Agent.Records;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Tests.Reporting;

internal static class Reports
{
    public static readonly RunReport Synced = new()
    {
        File = "wandb/offline-run-1-a/run-a.wandb",
        Result = SyncResult.Synced,
        Run = new RunPath("team", "demo", "minima8394"),
        Url = new Uri("https://wandb.example/team/demo/runs/minima8394"),
        HistoryLines = 3,
        Files = 4,
        ExitCode = 0,
        Duration = TimeSpan.FromSeconds(1.5),
    };

    public static readonly RunReport Unusable = new() { File = "x.wandb", Result = SyncResult.Unusable, Message = "the file is empty" };

    public static RunReport WithLost(this RunReport report, int ranges) => report with
    {
        LostRecords = ranges,
        Lost = [.. Enumerable.Range(1, ranges).Select(i => new LostRecords(i * 10, i * 10, i * 32768, i * 32768 + 99, DamageReason.Checksum))],
    };
}
