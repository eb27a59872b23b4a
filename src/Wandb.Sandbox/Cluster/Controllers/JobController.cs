using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>Runs Jobs: counts what ended, creates what is missing, ends what is over. TTL and CronJobs are not there.</summary>
internal sealed class JobController(ClusterParts parts, TimeSpan retryDelay)
{
    private readonly Dictionary<string, JobHistory> histories = new(StringComparer.Ordinal);
    private readonly EventWriter events = new(parts, "job-controller");
    private readonly OwnedPods owned = new(parts, "job-controller");

    public Task RunAsync(CancellationToken stoppingToken) =>
        ChangeLoop.RunAsync(parts, () => [BuiltInKinds.Jobs.Id, BuiltInKinds.Pods.Id], ReconcileAsync, stoppingToken);

    private async Task<TimeSpan?> ReconcileAsync(CancellationToken cancellationToken)
    {
        TimeSpan? again = null;
        var jobs = parts.Store.List(BuiltInKinds.Jobs.Id, null).Objects;
        foreach (var stored in jobs.Where(job => !job.IsDeleting))
        {
            var job = stored.Parse();
            if (Conditions.Holds(job, "Complete") || Conditions.Holds(job, "Failed"))
            {
                continue;
            }

            var next = await ReconcileAsync(job, cancellationToken);
            again = next is { } time && !(again < time) ? time : again;
        }

        foreach (var uid in histories.Keys.Except(jobs.Select(job => job.Uid)).ToList())
        {
            histories.Remove(uid);
        }

        return again;
    }

    private async Task<TimeSpan?> ReconcileAsync(JsonObject job, CancellationToken cancellationToken)
    {
        var now = parts.Time.GetUtcNow();
        var pods = owned.Of(job);
        if (!histories.TryGetValue(job.Uid(), out var history))
        {
            histories[job.Uid()] = history = new JobHistory();
        }

        history.See(job, pods, now);
        var decision = JobDecision.For(job, pods, history, retryDelay, now);
        if (decision.IsOver)
        {
            foreach (var pod in pods.Where(JobHistory.IsActive))
            {
                owned.Delete(pod);
            }
        }

        var again = decision.LookAgain;
        foreach (var index in decision.Create)
        {
            if (!await owned.CreateAsync(job, JobPod.Of(job, index), cancellationToken))
            {
                again = OwnedPods.AfterRefusal;
                break;
            }
        }

        await WriteStatusAsync(job, history, decision, pods.Count(JobHistory.IsActive), cancellationToken);
        return again;
    }

    private async Task WriteStatusAsync(JsonObject job, JobHistory history, JobDecision decision, int active, CancellationToken cancellationToken)
    {
        var now = KubeTime.Text(parts.Time.GetUtcNow());
        await parts.Writes.ModifyAsync(
            new WriteRequest(BuiltInKinds.Jobs, job.Namespace(), job.Name(), "status", "kube-controller-manager"),
            node =>
            {
                var status = node.Section("status");
                status.Default("startTime", now);
                status["active"] = decision.IsOver ? 0 : active;
                status["succeeded"] = history.Succeeded;
                status["failed"] = history.Failed;
                if (history.DoneIndexes.Count > 0)
                {
                    status["completedIndexes"] = JobDecision.Ranges(history.DoneIndexes);
                }

                if (decision.Condition is var (type, reason, message))
                {
                    var before = type == "Complete" ? "SuccessCriteriaMet" : "FailureTarget";
                    Conditions.Set(node, Condition(before, reason, message, now));
                    Conditions.Set(node, Condition(type, reason, message, now));
                    if (type == "Complete")
                    {
                        status["completionTime"] = now;
                    }
                }

                return new ChangeResult.Wanted(node, false);
            },
            cancellationToken);
        if (decision.Condition is var (kind, why, text))
        {
            await events.WriteAsync(job, kind == "Complete" ? "Normal" : "Warning", kind == "Complete" ? "Completed" : why, text, cancellationToken);
        }
    }

    private static JsonObject Condition(string type, string reason, string message, string now) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["reason"] = reason,
        ["message"] = message,
        ["lastProbeTime"] = now,
        ["lastTransitionTime"] = now,
    };
}
