using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>What a Job needs now.</summary>
/// <param name="Create">Completion indexes of pods to create; null for a pod without.</param>
/// <param name="IsOver">No more pods: those that are active go.</param>
/// <param name="Condition">The condition that ends the Job, Complete or Failed, with reason and message; null while it goes on.</param>
/// <param name="LookAgain">When time alone changes the decision.</param>
internal sealed record JobDecision(IReadOnlyList<int?> Create, bool IsOver, (string Type, string Reason, string Message)? Condition, TimeSpan? LookAgain)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    public static JobDecision For(JsonObject job, IReadOnlyList<JsonObject> pods, JobHistory history, TimeSpan retryDelay, DateTimeOffset now)
    {
        var active = pods.Where(JobHistory.IsActive).ToList();
        var (completions, parallelism) = (job.Number("spec", "completions"), (int)(job.Number("spec", "parallelism") ?? 1));
        var start = KubeTime.Parse(job.Text("status", "startTime")) ?? now;
        if (End(job, active, history, completions, now - start) is { } end)
        {
            return new JobDecision([], true, end, null);
        }

        if (job.Flag("spec", "suspend"))
        {
            return new JobDecision([], true, null, null);
        }

        // A pod that ends still counts against parallelism only where the policy says to wait for its end.
        var occupied = job.Text("spec", "podReplacementPolicy") == "Failed" ? pods.Count(pod => pod.Text("status", "phase") is not ("Succeeded" or "Failed")) : active.Count;
        var wanted = completions is { } total ? (int)Math.Min(parallelism, total - history.Succeeded) : history.Succeeded > 0 ? occupied : parallelism;
        var missing = Math.Max(0, wanted - occupied);
        var wait = missing > 0 && history.FailedAt is { } failedAt ? failedAt + Delay(history.Failed, retryDelay) - now : TimeSpan.Zero;
        var deadline = job.Number("spec", "activeDeadlineSeconds") is { } seconds ? start + TimeSpan.FromSeconds(seconds) - now : (TimeSpan?)null;
        if (wait > TimeSpan.Zero)
        {
            return new JobDecision([], false, null, deadline < wait ? deadline : wait);
        }

        return new JobDecision(Indexes(job, pods, history, completions).Take(missing).ToList(), false, null, deadline);
    }

    /// <summary>Indexes as the status shows them: 0-2,4.</summary>
    public static string Ranges(IEnumerable<int> indexes)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var index in indexes)
        {
            if (ranges.Count > 0 && ranges[^1].Last == index - 1)
            {
                ranges[^1] = (ranges[^1].First, index);
            }
            else
            {
                ranges.Add((index, index));
            }
        }

        return string.Join(',', ranges.Select(range => range.First == range.Last
            ? range.First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));
    }

    private static (string Type, string Reason, string Message)? End(JsonObject job, List<JsonObject> active, JobHistory history, long? completions, TimeSpan age)
    {
        var limit = job.Number("spec", "backoffLimit") ?? 6;
        var restarts = job.Text("spec", "template", "spec", "restartPolicy") == "OnFailure"
            ? active.Sum(pod => pod.Objects("status", "containerStatuses").Sum(status => status.Number("restartCount") ?? 0)) : 0;
        if (history.FailedByRule is { } rule)
        {
            return ("Failed", "PodFailurePolicy", rule);
        }

        if (history.Failed > limit || (restarts > 0 && restarts >= limit))
        {
            return ("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }

        if (job.Number("spec", "activeDeadlineSeconds") is { } seconds && age >= TimeSpan.FromSeconds(seconds))
        {
            return ("Failed", "DeadlineExceeded", "Job was active longer than specified deadline");
        }

        return completions is { } total ? (history.Succeeded >= total ? ("Complete", "CompletionsReached", "Reached expected number of succeeded pods") : null)
            : history.Succeeded > 0 && active.Count == 0 ? ("Complete", "CompletionsReached", "Reached expected number of succeeded pods") : null;
    }

    private static IEnumerable<int?> Indexes(JsonObject job, IReadOnlyList<JsonObject> pods, JobHistory history, long? completions)
    {
        if (job.Text("spec", "completionMode") != "Indexed")
        {
            return Enumerable.Repeat<int?>(null, int.MaxValue);
        }

        var taken = pods.Where(JobHistory.IsActive).Select(JobHistory.IndexOf).ToHashSet();
        return Enumerable.Range(0, (int)(completions ?? 0)).Where(index => !history.DoneIndexes.Contains(index) && !taken.Contains(index)).Select(index => (int?)index);
    }

    private static TimeSpan Delay(int failures, TimeSpan step)
    {
        var delay = step * Math.Pow(2, Math.Clamp(failures - 1, 0, 16));
        return delay < LongestDelay ? delay : LongestDelay;
    }
}
