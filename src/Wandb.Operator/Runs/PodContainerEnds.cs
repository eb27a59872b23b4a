using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Runs;

/// <summary>A pod's status to how its containers ended. The kubelet's word stands; why it ended them is what the pod and its Job add.</summary>
internal static class PodContainerEnds
{
    // 128 + number of the signal: what a shell makes of a killed process.
    private const int SignalBase = 128;
    private const int BySigkill = SignalBase + 9;
    private const int BySigterm = SignalBase + 15;

    // A time of the kubelet and one of the API server, both cut off to seconds, and their clocks.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    /// <param name="pod">The pod, as the API server shows or last showed it.</param>
    /// <param name="containers">Names of the injected containers.</param>
    /// <param name="jobFailure">See <see cref="PodEndCause.Of"/>.</param>
    /// <param name="isGone">The API server does not have the pod any more.</param>
    /// <returns>In the order of the names, for each name the older instance first; empty: nothing has ended that is known.</returns>
    public static IReadOnlyList<ContainerEnd> Of(JsonObject pod, IReadOnlyList<string> containers, string? jobFailure, bool isGone)
    {
        var cause = PodEndCause.Of(pod, jobFailure) ?? (isGone ? new PodEndCause(EndReasons.Deleted, null) : null);
        var isOver = isGone || JsonRead.Text(pod["status"]?["phase"]) is "Failed" or "Succeeded";
        var statuses = JsonRead.Objects(pod["status"]?["containerStatuses"])
            .GroupBy(status => JsonRead.Text(status["name"]) ?? "", StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        return [.. containers.SelectMany(name => OfContainer(name, statuses.GetValueOrDefault(name), cause, isOver))];
    }

    private static IEnumerable<ContainerEnd> OfContainer(string name, JsonObject? status, PodEndCause? cause, bool isOver)
    {
        if (status?["lastState"]?["terminated"] is JsonObject before)
            yield return Terminated(name, before, null);
        if (status?["state"]?["terminated"] is JsonObject now)
            yield return Terminated(name, now, cause);
        else if (isOver && !NeverStarted(status))
            yield return Unseen(name, status, cause);
    }

    private static ContainerEnd Terminated(string name, JsonObject terminated, PodEndCause? cause)
    {
        var (code, signal) = (JsonRead.Number(terminated["exitCode"]) ?? 0, JsonRead.Number(terminated["signal"]) ?? 0);
        var reason = JsonRead.Text(terminated["reason"]);
        var finished = KubernetesTime.Read(terminated["finishedAt"]);
        var isUnknown = reason == EndReasons.StatusUnknown;
        int? told = isUnknown ? null : (int)(code == 0 && signal > 0 ? SignalBase + signal : code);
        // The kubelet forgets a container when its machine is started anew, or its runtime with it.
        if (isUnknown && cause is null or { Reason: EndReasons.Deleted })
            cause = new PodEndCause(EndReasons.NodeLost, null);
        return new ContainerEnd
        {
            Container = name,
            ExitCode = told,
            Reason = cause is not null && Explains(cause, told, reason, finished)
                ? cause.Reason
                : string.IsNullOrEmpty(reason) ? told == 0 ? EndReasons.Completed : EndReasons.Error : reason,
            StartedAt = KubernetesTime.Read(terminated["startedAt"]),
            FinishedAt = finished,
        };
    }

    private static bool Explains(PodEndCause cause, int? code, string? reason, DateTimeOffset? finished)
    {
        // Memory is the container's own doing, whatever happened to the pod at the same time.
        if (reason == EndReasons.OutOfMemory)
            return false;
        // The processes of a lost node die with it, minutes before the cluster gives the pod up; a kubelet that comes back tells it as it was.
        if (cause.Reason == EndReasons.NodeLost && code is 0 or null or BySigkill or BySigterm)
            return code != 0;
        if (finished + Rounding < cause.Since)
            return false;
        // A pod that is deleted may have done its work; one that is evicted and answers SIGTERM with 0 has only been polite.
        return code != 0 || (cause is { Reason: not EndReasons.Deleted, Since: not null } && finished is not null);
    }

    /// <summary>The pod is over, and nobody has told how this container ended: its node is lost, or it was removed by force.</summary>
    private static ContainerEnd Unseen(string name, JsonObject? status, PodEndCause? cause) =>
        new()
        {
            Container = name,
            Reason = cause?.Reason ?? EndReasons.StatusUnknown,
            StartedAt = KubernetesTime.Read(status?["state"]?["running"]?["startedAt"]),
            FinishedAt = cause?.Since,
        };

    // Also one that waits for its next start: its last instance is in lastState.
    private static bool NeverStarted(JsonObject? status) => status?["state"]?["waiting"] is JsonObject;
}
