using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>What has become of a Job's pods, also of those that are gone. Each pod is counted once.</summary>
internal sealed class JobHistory
{
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> counted = new(StringComparer.Ordinal);

    public int Succeeded { get; private set; }

    public int Failed { get; private set; }

    public SortedSet<int> DoneIndexes { get; } = [];

    /// <summary>Of the latest counted failure; null before any.</summary>
    public DateTimeOffset? FailedAt { get; private set; }

    /// <summary>Text of the rule by which a pod fails the whole Job; null when none did.</summary>
    public string? FailedByRule { get; private set; }

    /// <summary>Counts what ended since the last look.</summary>
    public void See(JsonObject job, IReadOnlyList<JsonObject> pods, DateTimeOffset now)
    {
        foreach (var pod in pods)
        {
            known.Add(pod.Uid());
            var phase = pod.Text("status", "phase");
            var waitsForEnd = job.Text("spec", "podReplacementPolicy") == "Failed";
            if (phase == "Succeeded" && counted.Add(pod.Uid()))
            {
                Succeeded += IndexOf(pod) is { } index && !DoneIndexes.Add(index) ? 0 : 1;
            }
            else if ((phase == "Failed" || (pod.IsDeleting() && phase != "Succeeded" && !waitsForEnd)) && counted.Add(pod.Uid()))
            {
                Fail(job, pod, now);
            }
        }

        // Removed before it was seen to end.
        foreach (var _ in known.Except(pods.Select(pod => pod.Uid())).Where(counted.Add).ToList())
        {
            Failed++;
            FailedAt = now;
        }
    }

    public static bool IsActive(JsonObject pod) => pod.Text("status", "phase") is not ("Succeeded" or "Failed") && !pod.IsDeleting();

    public static int? IndexOf(JsonObject pod) =>
        int.TryParse(pod.Text("metadata", "annotations", "batch.kubernetes.io/job-completion-index"), out var index) ? index : null;

    private void Fail(JsonObject job, JsonObject pod, DateTimeOffset now)
    {
        var rule = PodFailureRule.For(job, pod);
        if (rule.Action == "FailJob")
        {
            FailedByRule ??= rule.Message;
        }

        if (rule.Action != "Ignore")
        {
            Failed++;
            FailedAt = now;
        }
    }
}
