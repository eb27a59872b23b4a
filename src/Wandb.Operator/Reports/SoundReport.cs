using Wandb.Contract;

namespace Wandb.Operator.Reports;

/// <summary>
/// Checks what the JSON reader lets pass: null where the type has none, numbers for the names of states, addresses that are none, and
/// figures that no run has and that overflow where they are summed up.
/// </summary>
internal static class SoundReport
{
    // A quarter of a petabyte; sums over 30,000 runs stay below the largest number.
    private const long MaxFigure = 1L << 48;

    public static bool Is(AgentReport report) =>
        report is { AgentVersion: not null, Backend.BaseUrl.IsAbsoluteUri: true }
        && Enum.IsDefined(report.State)
        && Enum.IsDefined(report.Backend.State)
        && report.Problems.All(problem => problem is not null)
        && report.Runs.All(Is);

    private static bool Is(ReportedRun? run) =>
        run is { Id.Length: > 0, File: not null }
        && Enum.IsDefined(run.State)
        && run.Url is null or { IsAbsoluteUri: true }
        && new[] { run.RowsRead, run.RowsAcknowledged, run.BytesRead, run.BytesAcknowledged, run.BacklogBytes, run.BacklogRecords, run.RecordsLost, run.Files, run.Artifacts, run.SetAside }
            .All(figure => figure is >= 0 and <= MaxFigure)
        && run.LagSeconds is >= 0 and <= MaxFigure;
}
