using System.Buffers;
using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>How a run stands, whatever is on the server.</summary>
internal enum RunOutcome
{
    Running,
    Finished,
    Failed,

    /// <summary>
    /// It did not end well, and a later attempt at the same work, or the same run in another pod, has taken its place; or it did, and the Job
    /// had its index done again, because the pod was ended before it had succeeded.
    /// </summary>
    Superseded,
}

/// <summary>An entry, and how it counts among all that are known.</summary>
/// <param name="HasResult">The metrics of its group have its values: it is finished, and of a run that several pods resumed it is the newest.</param>
internal sealed record CountedRun(RunEntry Entry, RunOutcome Outcome, bool HasResult);

/// <summary>Entries with their outcomes.</summary>
internal static class RunOutcomes
{
    // Random end of a pod's name: https://github.com/kubernetes/apimachinery, util/rand; no vowels, no digits that look like them.
    private static readonly SearchValues<char> SuffixLetters = SearchValues.Create("bcdfghjklmnpqrstvwxz2456789");
    private const int SuffixLength = 5;

    // What agents tell of times, and may be wrong as they like, against whole seconds of the kubelet.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    /// <param name="entries">All that are known, newest first.</param>
    /// <returns>In the order of the entries.</returns>
    public static IReadOnlyList<CountedRun> Of(IReadOnlyList<RunEntry> entries)
    {
        var alone = entries.Select(entry => (Entry: entry, Outcome: Alone(entry))).ToList();
        var sameWork = alone.ToLookup(item => Work(item.Entry));
        var sameRun = alone.ToLookup(item => (item.Entry.Entity, item.Entry.Project, item.Entry.Id));
        bool IsFollowed(RunEntry entry, RunOutcome outcome) =>
            (outcome == RunOutcome.Failed
                && (sameWork[Work(entry)].Any(other => IsLater(other.Entry, entry))
                    || sameRun[(entry.Entity, entry.Project, entry.Id)].Any(other => IsLater(other.Entry, entry))))
            || (outcome == RunOutcome.Finished && entry.Index is not null
                && sameWork[Work(entry)].Any(other => other.Entry.Pod != entry.Pod && IsLater(other.Entry, entry)));
        var runs = new List<CountedRun>(alone.Count);
        var results = new HashSet<(string?, string?, string?, string)>();
        foreach (var (entry, outcome) in alone)
        {
            var counted = IsFollowed(entry, outcome) ? RunOutcome.Superseded : outcome;
            runs.Add(new CountedRun(entry, counted, counted == RunOutcome.Finished && results.Add((entry.Group, entry.Entity, entry.Project, entry.Id))));
        }
        return runs;
    }

    /// <summary>It ended with 0, whatever came after it.</summary>
    public static bool EndedWell(CountedRun run) =>
        run.Outcome == RunOutcome.Finished || (run.Outcome == RunOutcome.Superseded && run.Entry.ExitCode == 0);

    public static bool HasEnded(RunEntry entry) =>
        entry.ExitCode is not null || entry.ExitReason is not null || entry.FinishedAt is not null
        || RunStates.Is(entry.State, ReportedRunState.Synced) || RunStates.Is(entry.State, ReportedRunState.Lost);

    /// <summary>As it was counted while it was running.</summary>
    public static RunEntry BeforeItsEnd(RunEntry entry) => !HasEnded(entry) ? entry : entry with
    {
        ExitCode = null,
        ExitReason = null,
        FinishedAt = null,
        State = RunStates.Is(entry.State, ReportedRunState.Buffering) ? entry.State : RunStates.Name(ReportedRunState.Running),
    };

    // Where no code is known it did not end well: what is guessed must not be success.
    private static RunOutcome Alone(RunEntry entry) =>
        !HasEnded(entry) ? RunOutcome.Running : entry.ExitCode == 0 ? RunOutcome.Finished : RunOutcome.Failed;

    /// <summary>Several runs of one process are no attempts: only what began after the other's end, in another pod, also one of the same name, or after a restart.</summary>
    private static bool IsLater(RunEntry other, RunEntry than) =>
        (other.Pod != than.Pod || other.Attempt > than.Attempt || IsMadeAnew(other, than))
        && (than.FinishedAt is { } end ? end - other.StartedAt <= Rounding : other.StartedAt > than.StartedAt);

    // As a PyTorchJob does when it is resumed, maybe long after the pod before was forgotten.
    private static bool IsMadeAnew(RunEntry other, RunEntry than) =>
        than.Bare != true && than.PodUid is { } uid && other.PodUid is { } another && uid != another;

    /// <summary>
    /// What stays the same when a controller makes the pod anew; it must be told from the entry, which outlives pod and Job. The API server ends names of
    /// bare pods (<c>generateName</c>) in the same way, and each of those is a work of its own.
    /// </summary>
    private static (string Pod, int? Index, string? Container) Work(RunEntry entry)
    {
        var cut = entry.Pod.Length - SuffixLength;
        var isMade = entry.Bare != true && cut > 1 && entry.Pod[cut - 1] == '-' && entry.Pod.AsSpan(cut).IndexOfAnyExcept(SuffixLetters) < 0;
        return (isMade ? entry.Pod[..cut] : entry.Pod, entry.Index, entry.Container);
    }
}
