using Wandb.Agent.Reporting;

namespace Wandb.Agent.Telemetry;

/// <summary>Records that this process dealt with.</summary>
/// <param name="Lost">Records that the file itself lost.</param>
internal readonly record struct RecordCounts(long Read, long Acknowledged, long Lost, long SetAside);

/// <summary>
/// Makes what is new out of what a run file's pipeline says of all its records. What an earlier process read does not count; what is read
/// again after a failure counts again as read and acknowledged, but what is lost or set aside does so once. Not thread-safe.
/// </summary>
internal sealed class RecordTally
{
    private RecordCounts? _last;

    public RecordCounts Take(RunFacts facts)
    {
        var now = new RecordCounts(facts.RecordsRead, facts.RecordsAcknowledged, facts.RecordsLost, facts.SetAside);
        var before = _last ?? new RecordCounts(facts.Begin.Records, facts.Begin.Records, facts.Begin.Lost, facts.Begin.SetAside);
        // Fewer than before: the work on the file began again.
        if (now.Read < before.Read)
            before = before with { Read = facts.Begin.Records, Acknowledged = facts.Begin.Records };
        _last = now with { Lost = Math.Max(now.Lost, before.Lost), SetAside = Math.Max(now.SetAside, before.SetAside) };
        return Between(before, now);
    }

    /// <param name="report">Of a file whose pipeline has told facts before.</param>
    public RecordCounts Take(RunReport report)
    {
        var before = _last ?? default;
        var isAll = report.Result is SyncResult.Synced or SyncResult.Unfinished;
        var now = new RecordCounts(
            isAll ? report.Records : before.Read, isAll ? report.Records : before.Acknowledged, report.LostRecords, report.SetAside);
        _last = now with { Lost = Math.Max(now.Lost, before.Lost), SetAside = Math.Max(now.SetAside, before.SetAside) };
        return Between(before, now);
    }

    private static RecordCounts Between(RecordCounts before, RecordCounts now) => new(
        Math.Max(0, now.Read - before.Read),
        Math.Max(0, now.Acknowledged - before.Acknowledged),
        Math.Max(0, now.Lost - before.Lost),
        Math.Max(0, now.SetAside - before.SetAside));
}
