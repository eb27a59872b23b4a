using Wandb.Contract;

namespace Wandb.Operator.Reports;

/// <summary>Checks what the JSON reader lets pass: null where the type has none, and numbers for the names of states.</summary>
internal static class SoundReport
{
    public static bool Is(AgentReport report) =>
        report is { AgentVersion: not null, Backend.BaseUrl: not null }
        && Enum.IsDefined(report.State)
        && Enum.IsDefined(report.Backend.State)
        && report.Problems.All(problem => problem is not null)
        && report.Runs.All(Is);

    private static bool Is(ReportedRun? run) => run is { Id.Length: > 0, File: not null } && Enum.IsDefined(run.State);
}
