using Wandb.Agent.Reporting;

namespace Wandb.Agent.Sidecar;

/// <summary>Decides which run files are still to be dealt with after the following of runs has ended.</summary>
internal static class RestOfRuns
{
    private const string Marker = ".synced";

    /// <param name="files">All that are there, in the order of their start.</param>
    /// <param name="isMarked">Whether a file is marked as synced.</param>
    /// <param name="reports">What became of those that were dealt with, by file.</param>
    /// <returns>Files in their order: when one part of a run is left, all its parts, because their lines follow each other.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> files, Func<string, bool> isMarked, IReadOnlyDictionary<string, RunReport> reports)
    {
        var rest = files
            .Where(file => reports.TryGetValue(file, out var report) ? IsOpen(report) : !isMarked(file))
            .Select(Path.GetFileName)
            .ToHashSet(StringComparer.Ordinal);
        return [.. files.Where(file => rest.Contains(Path.GetFileName(file)))];
    }

    public static string MarkerOf(string file) => file + Marker;

    private static bool IsOpen(RunReport report) =>
        report.Result == SyncResult.Unfinished && report.IsGrowing || report.Result == SyncResult.Incomplete && (report.IsWorthAnotherTry || report.Records == 0);
}
