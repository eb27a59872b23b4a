using System.Text.Json;
using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>Reports and the previous status to one entry for each run and pod.</summary>
internal static class RunEntries
{
    // As the schema limits it.
    private const int MaxMessage = 1024;

    /// <summary>
    /// Newest first; equal starts by pod and id. A run whose file says nothing yet is the newest: its place must not change with every report, and it gets
    /// a begin with its first block.
    /// </summary>
    public static readonly IComparer<RunEntry> NewestFirst = Comparer<RunEntry>.Create(static (one, other) =>
        Begin(other).CompareTo(Begin(one)) is not 0 and var byBegin ? byBegin
        : string.CompareOrdinal(one.Pod, other.Pod) is not 0 and var byPod ? byPod
        : string.CompareOrdinal(one.Id, other.Id));

    /// <summary>See <see cref="NewestFirst"/>.</summary>
    public static DateTimeOffset Begin(RunEntry entry) =>
        entry.StartedAt ?? (RunStates.Is(entry.State, ReportedRunState.Pending) ? DateTimeOffset.MaxValue : entry.ReportedAt ?? DateTimeOffset.MinValue);

    /// <param name="known">What was known the last time. It is so still of pods that there are, and where somebody may yet send what is left.</param>
    /// <returns>In the order of <see cref="NewestFirst"/>. All that is known, also beyond what a status can show.</returns>
    public static IReadOnlyList<RunEntry> Of(RunObservation observation, IReadOnlyList<RunEntry> known)
    {
        var pods = observation.Pods.ToDictionary(pod => pod.Uid, StringComparer.Ordinal);
        var before = (observation.Previous?.Runs ?? []).ToDictionary(entry => (entry.Id, entry.Pod));
        // The status may be behind: a write may have to wait.
        foreach (var entry in known.Where(entry => before.ContainsKey((entry.Id, entry.Pod)) || IsWaiting(entry) || (entry.PodUid is { } uid && pods.ContainsKey(uid))))
            before[(entry.Id, entry.Pod)] = entry;
        var failed = PodAttempts.Failed(observation.Pods);
        var entries = observation.Reports
            .SelectMany(report => OfReport(report, observation, pods.GetValueOrDefault(report.Pod.Uid), before, failed))
            // Two pods of one name, one after the other, with one run: the younger has gone on with it.
            .GroupBy(entry => (entry.Id, entry.Pod))
            .ToDictionary(group => group.Key, group => group.OrderByDescending(entry => entry.ReportedAt).ThenBy(entry => entry.PodUid, StringComparer.Ordinal).First());
        foreach (var (key, entry) in before)
        {
            if (!entries.TryGetValue(key, out var reported) || IsToldSince(entry, reported))
                entries[key] = entry;
        }
        var unheard = (observation.Previous?.Unproved ?? []).ToLookup(entry => entry.Pod, StringComparer.Ordinal);
        foreach (var drained in observation.Drains.OrderBy(report => report.ReceivedAt)
            .SelectMany(report => DrainedRuns.Of(report, (id, pod) => entries.ContainsKey((id, pod)) || unheard.Contains(pod))))
        {
            if (!entries.TryGetValue((drained.Id, drained.Pod), out var written))
            {
                var writer = unheard[drained.Pod].MaxBy(entry => entry.Time)!;
                entries[(drained.Id, drained.Pod)] = drained with { PodUid = writer.PodUid, Index = writer.Index, StorageKept = true };
                continue;
            }
            // While its own agent may work on it, that one knows more.
            if (IsOver(written) && !(written.ReportedAt > drained.ReportedAt))
                entries[(drained.Id, drained.Pod)] = DrainedRuns.After(written, drained);
        }
        bool IsOver(RunEntry entry) => entry.PodUid is not { } uid || pods.GetValueOrDefault(uid) is null or { IsOver: true };
        // A drain has told of it since its own agent spoke, and the drain's pod has gone. While that agent may work on it, only a proof is more.
        bool IsToldSince(RunEntry entry, RunEntry reported) =>
            entry.ReportedAt > reported.ReportedAt && (RunStates.Is(entry.State, ReportedRunState.Synced) || (entry.StorageKept == true && IsOver(reported)));
        return
        [
            .. entries.Values
                .Select(entry => Settled(entry, entry.PodUid is { } uid ? pods.GetValueOrDefault(uid) : null, observation))
                .Order(NewestFirst),
        ];
    }

    private static bool IsWaiting(RunEntry entry) =>
        RunStates.Is(entry.State, ReportedRunState.Buffering) || RunStates.Is(entry.State, ReportedRunState.Incomplete);

    private static IEnumerable<RunEntry> OfReport(
        PodReport report, RunObservation observation, PodObservation? pod, Dictionary<(string, string), RunEntry> before,
        ILookup<(string?, int?), (string, DateTimeOffset?)> failed) =>
        report.Report.Runs
            .GroupBy(run => run.Id, StringComparer.Ordinal)
            .Select(files => Entry(report, observation.SummaryMetrics, files))
            .Select(entry => entry with
            {
                Node = pod?.Node ?? before.GetValueOrDefault((entry.Id, entry.Pod))?.Node,
                Index = pod?.Index ?? before.GetValueOrDefault((entry.Id, entry.Pod))?.Index,
                Bare = before.GetValueOrDefault((entry.Id, entry.Pod))?.Bare,
                StorageKept = before.GetValueOrDefault((entry.Id, entry.Pod))?.StorageKept,
                // Which attempt a run was never changes, while pods that tell it go.
                Attempt = before.GetValueOrDefault((entry.Id, entry.Pod))?.Attempt ?? (pod is null ? null : AttemptOf(entry, pod, failed[(pod.OwnerUid, pod.Index)])),
            });

    /// <summary>A run may have several files: a container that was restarted goes on with it in another one.</summary>
    /// <param name="metrics">Keys of the summary to show.</param>
    /// <param name="runs">Its files; not empty.</param>
    public static RunEntry Entry(PodReport report, IReadOnlyList<string> metrics, IEnumerable<ReportedRun> runs)
    {
        IReadOnlyList<ReportedRun> files = [.. runs.OrderBy(file => file.StartedAt).ThenBy(file => file.File, StringComparer.Ordinal)];
        var last = files[^1];
        return new RunEntry
        {
            Id = Cut(last.Id, 128)!,
            Pod = report.Pod.Name,
            PodUid = report.Pod.Uid,
            Name = Cut(last.Name, 512),
            Url = last.Url is { IsAbsoluteUri: true, AbsoluteUri.Length: <= 2048 } url ? url.AbsoluteUri : null,
            Entity = Cut(last.Entity, 128),
            Project = Cut(last.Project, 128),
            Group = Cut(last.Group, 128),
            JobType = Cut(last.JobType, 128),
            Container = Cut(last.Container, 63),
            State = RunStates.Name(RunStates.Heaviest(files.Select(file => file.State))),
            ExitCode = last.ExitCode,
            ExitReason = Cut(last.ExitReason, 64),
            StartedAt = files[0].StartedAt,
            FinishedAt = last.FinishedAt,
            ReportedAt = report.ReceivedAt,
            LastStep = last.LastStep,
            RowsRead = files.Sum(file => Math.Max(0, file.RowsRead)),
            RowsAcknowledged = files.Sum(file => Math.Max(0, file.RowsAcknowledged)),
            RowsLost = files.Sum(file => Math.Max(0, file.RecordsLost) + (file.State == ReportedRunState.Lost ? Open(file.RowsRead, file.RowsAcknowledged) : 0)),
            Bytes = files.Sum(file => Math.Max(0, file.BytesRead)),
            Files = (int)Math.Min(int.MaxValue, files.Sum(file => (long)Math.Max(0, file.Files))),
            Artifacts = (int)Math.Min(int.MaxValue, files.Sum(file => (long)Math.Max(0, file.Artifacts))),
            Summary = Shown(last.Summary, metrics),
            ReceiptDigest = Cut(last.ReceiptDigest, 64),
            Message = Cut(files.LastOrDefault(file => file.Message.Length > 0)?.Message, MaxMessage),
        };
    }

    /// <summary>What was asked for and is small: a pod must not fill the status with what it likes.</summary>
    private static SortedDictionary<string, JsonElement>? Shown(IReadOnlyDictionary<string, JsonElement> summary, IReadOnlyList<string> metrics)
    {
        var shown = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var key in metrics.Take(GroupMetrics.MaxMetrics))
        {
            if (summary.TryGetValue(key, out var value) && SummaryValue.Of(value) is { } known)
                shown[key] = known;
        }
        return shown.Count == 0 ? null : shown;
    }

    private static int AttemptOf(RunEntry entry, PodObservation pod, IEnumerable<(string, DateTimeOffset?)> failed)
    {
        // Only the last restart is visible: a run that began before it belongs to the instance before.
        var last = pod.Ended.Where(end => end.Container == entry.Container).MaxBy(end => end.FinishedAt)?.FinishedAt;
        var restarts = pod.IsOver || !(entry.StartedAt <= last) ? pod.Restarts : Math.Max(0, pod.Restarts - 1);
        return PodAttempts.FailedBefore(pod, failed) + restarts;
    }

    /// <summary>What the end of container and pod means for a run whose agent has not told it.</summary>
    public static RunEntry Settled(RunEntry entry, PodObservation? pod, RunObservation observation)
    {
        var isOver = pod is null or { IsOver: true };
        // For when it is forgotten. Settings may be others by then: they were frozen into the pod.
        if (pod is not null)
            entry = entry with { StorageKept = pod.IsStorageKept, Bare = pod.OwnerUid is null ? true : null };
        if (entry.ExitCode is null && End(entry, pod) is { } end)
        {
            entry = entry with
            {
                ExitCode = end.ExitCode,
                ExitReason = Cut(end.Reason, 64),
                FinishedAt = entry.FinishedAt ?? end.FinishedAt,
            };
        }
        if (isOver && entry is { ExitCode: null, ExitReason: null })
            entry = entry with { ExitReason = EndReasons.Unknown };
        if (!isOver || RunStates.IsFinal(entry.State) || RunStates.Is(entry.State, ReportedRunState.Unfinished))
            return entry;
        if (pod is { IsProved: true } && !RunStates.Is(entry.State, ReportedRunState.Incomplete))
        {
            return entry with
            {
                State = RunStates.Name(ReportedRunState.Synced),
                RowsAcknowledged = Math.Max(entry.RowsRead ?? 0, entry.RowsAcknowledged ?? 0),
                Message = "its agent ended with exit status 0: everything is proved to be on the server; its last report did not come",
            };
        }
        if (entry.StorageKept ?? observation.IsStorageKept)
        {
            return RunStates.Is(entry.State, ReportedRunState.Incomplete) ? entry : entry with
            {
                State = RunStates.Name(ReportedRunState.Buffering),
                Message = Cut($"its pod has ended; what is not on the server waits on the volume for `wandb-agent sync`{Told(pod)}", MaxMessage),
            };
        }
        var open = Open(entry.RowsRead ?? 0, entry.RowsAcknowledged ?? 0);
        return entry with
        {
            State = RunStates.Name(ReportedRunState.Lost),
            RowsLost = (entry.RowsLost ?? 0) + open,
            Message = Cut($"{Why(entry, open)}{Told(pod)}", MaxMessage),
        };
    }

    /// <summary>The instance during which the run began, as the agent itself decides it.</summary>
    private static ContainerEnd? End(RunEntry entry, PodObservation? pod)
    {
        var ends = (pod?.Ended ?? []).Where(end => string.Equals(end.Container, entry.Container, StringComparison.Ordinal)).ToList();
        if (entry.StartedAt is not { } start)
            return ends.Count == 1 ? ends[0] : null;
        return ends.FirstOrDefault(end => !(start < end.StartedAt) && !(start > end.FinishedAt?.AddSeconds(1)));
    }

    private static string Why(RunEntry entry, long open) =>
        open == 0 && RunStates.Is(entry.State, ReportedRunState.Incomplete) && entry.Message is { } message
            ? $"{message}; its pod has ended, and its volume with it"
            : $"its pod ended before everything was proved to be on the server, and its volume with it; {open} rows of the last report were not there";

    private static string Told(PodObservation? pod) => pod?.EndMessage is { Length: > 0 } message ? $"; Kubernetes says: {message}" : "";

    private static long Open(long read, long acknowledged) => Math.Max(0, read - acknowledged);

    private static string? Cut(string? text, int length) =>
        string.IsNullOrEmpty(text) ? null : text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
