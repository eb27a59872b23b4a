using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// The parts before the one that is followed, as they were dealt with: their trainers are taken for gone. One that grows all the same has a second trainer under
/// the run's id, whose rows are not sent: those of the later part stand behind it. Thread-safe.
/// </summary>
internal sealed class EarlierParts
{
    // Guards _parts.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);

    /// <summary>The run is begun anew.</summary>
    public void Clear()
    {
        lock (_gate)
            _parts.Clear();
    }

    /// <param name="report">What the work on one has come to.</param>
    /// <param name="rowsOnServer">Rows of it that the server has.</param>
    public void Add(RunReport report, long rowsOnServer)
    {
        // What is not wholly there is told already.
        if (report.Result is not (SyncResult.Unfinished or SyncResult.Synced or SyncResult.Skipped))
            return;
        var bytes = report.Result == SyncResult.Skipped ? FileStamp.Of(report.File)?.Length ?? 0 : report.FileBytes;
        lock (_gate)
            _parts[report.File] = new Part(report, bytes, rowsOnServer, bytes);
    }

    /// <summary>Looks which of them have grown.</summary>
    /// <param name="isLast">The numbers are to be those of now; otherwise a part that was told is not looked at again.</param>
    /// <returns>A report for each that is to be told, and whether anything in it is new.</returns>
    public IReadOnlyList<(RunReport Report, bool IsNew)> Look(bool isLast)
    {
        List<Part> parts;
        lock (_gate)
            parts = [.. _parts.Values.Where(part => isLast || part.ToldBytes == part.Bytes)];
        var reports = new List<(RunReport, bool)>();
        foreach (var part in parts)
        {
            if (FileStamp.Of(part.Report.File)?.Length is not { } length || length <= part.Bytes)
                continue;
            reports.Add((Told(part.Report, Math.Max(0, RowsIn(part.Report.File) - part.Rows)), length != part.ToldBytes));
            lock (_gate)
                _parts[part.Report.File] = part with { ToldBytes = length };
        }
        return reports;
    }

    /// <summary>The receipt stays as it is: it tells how far it goes, and that the file has no end.</summary>
    private static RunReport Told(RunReport report, long rows) => report with
    {
        Result = SyncResult.Incomplete,
        IsWorthAnotherTry = true,
        IsGrowing = true,
        Message = $"second trainer under one run id: {report.File} is still growing although a later part of the run has begun: {Units.Count(rows, "row")} of it "
            + $"{(rows == 1 ? "is" : "are")} not on the server. Give each trainer a run id of its own; `wandb-agent sync DIR --id NEW` sends all of this one as a run of its own",
    };

    private static long RowsIn(string path)
    {
        try
        {
            var counter = new RunFileCounter(path, RunFileCount.Nothing, []);
            counter.Look(CancellationToken.None);
            return counter.Count.Rows;
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            // That it grows is told all the same.
            return 0;
        }
    }

    /// <param name="Bytes">As far as it was dealt with.</param>
    /// <param name="ToldBytes">Its length when it was told last; as <paramref name="Bytes"/> before.</param>
    private sealed record Part(RunReport Report, long Bytes, long Rows, long ToldBytes);
}
