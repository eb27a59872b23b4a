using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Runs;

/// <summary>What matters of one pod that asks for a WandbRun.</summary>
internal sealed record PodObservation
{
    /// <summary>Annotation of the Job controller: failed pods of the same index.</summary>
    public const string IndexFailures = "batch.kubernetes.io/job-index-failure-count";

    /// <summary>Variable by which a pod is silenced.</summary>
    public const string ModeVariable = "WANDB_MODE";

    public required string Uid { get; init; }

    public required string Name { get; init; }

    /// <summary>Null: not scheduled yet.</summary>
    public string? Node { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>UID of its controller; null: a bare pod.</summary>
    public string? OwnerUid { get; init; }

    /// <summary>Completion index or the like; null: none.</summary>
    public int? Index { get; init; }

    /// <summary>The agent is in it, as a native sidecar.</summary>
    public bool IsInjected { get; init; }

    /// <summary>The agent is in it, and its containers wait for it to end (<see cref="AgentSidecar.HoldsUp"/>).</summary>
    public bool IsHeldUp { get; init; }

    /// <summary>It was admitted with variables alone, because it shall not log: mode disabled, or a rank that is not asked for.</summary>
    public bool IsSilenced { get; init; }

    /// <summary>Why it was admitted without us; null: it was not, or nobody wrote it down.</summary>
    public Problem? Missed { get; init; }

    /// <summary>One of its injected containers has run, as far as the kubelet has told.</summary>
    public bool HasBegun { get; init; }

    /// <summary>Its containers will not run again: it failed, succeeded, or the API server does not have it any more.</summary>
    public bool IsOver { get; init; }

    /// <summary>It ended in failure, or was taken away before its end.</summary>
    public bool HasFailed { get; init; }

    /// <summary>What is not uploaded yet is on a volume that outlives the pod.</summary>
    public bool IsStorageKept { get; init; }

    /// <summary>Its agent has ended with exit status 0, which it does when everything is proved to be on the server, unless it ends so always (<see cref="AgentEnvironment.ExitStatus"/>).</summary>
    public bool IsProved { get; init; }

    /// <summary>Restarts of the injected container that was restarted most.</summary>
    public int Restarts { get; init; }

    /// <summary>Failed pods of the same index, as the Job controller counts them (backoffLimitPerIndex); null: it does not.</summary>
    public int? FailuresOfIndex { get; init; }

    /// <summary>What Kubernetes says about why it ended the pod; null: it did not, or says nothing.</summary>
    public string? EndMessage { get; init; }

    /// <summary>See <see cref="ReportAnswer.Ended"/>.</summary>
    public IReadOnlyList<ContainerEnd> Ended { get; init; } = [];

    private static Problem HeldUp { get; } = new(
        ProblemReasons.NoSidecars,
        "its agent is an ordinary init container: an older client, or a webhook after that of wandb-operator, has taken restartPolicy: Always off it, or an API server before 1.33 whose feature gate "
        + "SidecarContainers is off; it has ended so that the training begins, and nobody uploads what it logs");

    /// <param name="json">The pod, as the API server shows or last showed it.</param>
    /// <param name="jobFailure">See <see cref="PodEndCause.Of"/>.</param>
    /// <param name="isGone">The API server does not have it any more.</param>
    public static PodObservation Read(JsonObject json, string? jobFailure, bool isGone)
    {
        var pod = new PodView(json);
        var agent = pod.InitContainers.FirstOrDefault(container => container.Name == AgentSidecar.ContainerName);
        var containers = InjectedContainers(pod, agent);
        var isHeldUp = agent is not null && AgentSidecar.HoldsUp(agent.Json);
        var phase = JsonRead.Text(json["status"]?["phase"]);
        var controller = JsonRead.Objects(pod.Metadata["ownerReferences"]).FirstOrDefault(owner => JsonRead.IsTrue(owner["controller"]));
        return new PodObservation
        {
            Uid = JsonRead.Text(pod.Metadata["uid"]) ?? "",
            Name = pod.Name,
            Node = JsonRead.Text(pod.Spec["nodeName"]),
            CreatedAt = KubernetesTime.Read(pod.Metadata["creationTimestamp"]),
            OwnerUid = JsonRead.Text(controller?["uid"]),
            Index = IndexOf(pod),
            IsInjected = agent is not null && !isHeldUp,
            IsHeldUp = isHeldUp,
            IsSilenced = agent is null && IsToldToBeSilent(pod),
            Missed = isHeldUp ? HeldUp : agent is null ? MissedText.Read(pod.Annotations.GetValueOrDefault(InjectionKeys.Missed)) : null,
            HasBegun = JsonRead.Objects(json["status"]?["containerStatuses"]).Any(status => containers.Contains(JsonRead.Text(status["name"]) ?? "") && HasRun(status)),
            IsOver = isGone || phase is "Failed" or "Succeeded",
            HasFailed = IsFailure(phase, isGone),
            IsStorageKept = agent is not null && IsKept(pod, agent),
            IsProved = !isHeldUp && HasEndedProved(json, agent),
            Restarts = (int)JsonRead.Objects(json["status"]?["containerStatuses"])
                .Where(status => containers.Contains(JsonRead.Text(status["name"]) ?? ""))
                .Select(status => JsonRead.Number(status["restartCount"]) ?? 0)
                .DefaultIfEmpty(0)
                .Max(),
            FailuresOfIndex = int.TryParse(
                pod.Annotations.GetValueOrDefault(IndexFailures),
                System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var failures) ? failures : null,
            EndMessage = PodEndCause.Of(json, jobFailure)?.Message,
            Ended = PodContainerEnds.Of(json, containers, jobFailure, isGone),
        };
    }

    /// <summary>See <see cref="Index"/>.</summary>
    public static int? IndexOf(PodView pod)
    {
        var index = PodIndex.Of(pod, ControllerReference.Of(pod.Metadata)?.Kind);
        return index.Completion ?? index.Rank;
    }

    /// <summary>See <see cref="HasFailed"/>.</summary>
    public static bool IsFailure(string? phase, bool isGone) => phase == "Failed" || (isGone && phase != "Succeeded");

    // The annotation alone may have been copied from another pod.
    private static bool IsToldToBeSilent(PodView pod) =>
        pod.Annotations.ContainsKey(InjectionKeys.Injected)
        && pod.Containers.Any(container => container.Variable(ModeVariable)?.Literal == "disabled");

    private static bool HasRun(JsonObject status) =>
        status["state"]?["running"] is JsonObject || status["state"]?["terminated"] is JsonObject || status["lastState"]?["terminated"] is JsonObject;

    private static bool HasEndedProved(JsonObject json, ContainerView? agent) =>
        agent?.Variable(AgentEnvironment.ExitStatus)?.Literal != AgentEnvironment.ZeroExitStatus
        && JsonRead.Objects(json["status"]?["initContainerStatuses"]).Any(status =>
            JsonRead.Text(status["name"]) == AgentSidecar.ContainerName && JsonRead.Number(status["state"]?["terminated"]?["exitCode"]) == 0);

    private static string[] InjectedContainers(PodView pod, ContainerView? agent) =>
        agent?.Variable(AgentEnvironment.Containers)?.Literal is { Length: > 0 } names
            ? names.Split(',')
            : [.. pod.Containers.Select(container => container.Name)];

    /// <summary>Each directory in which runs appear must be on a kept volume: one that is not is where they are lost.</summary>
    private static bool IsKept(PodView pod, ContainerView agent)
    {
        var roots = (agent.Variable(AgentEnvironment.Roots)?.Literal ?? AgentPaths.Shared).Split(':', StringSplitOptions.RemoveEmptyEntries);
        return roots.Length > 0 && roots.All(root => MountOf(agent, root) is { } volume
            && pod.VolumesByName.TryGetValue(volume, out var json) && !MirroredMount.VolumesOfThePod.Any(kind => json[kind] is not null));
    }

    private static string? MountOf(ContainerView agent, string path) =>
        JsonRead.Objects(agent.Json["volumeMounts"])
            .Select(mount => (Path: (JsonRead.Text(mount["mountPath"]) ?? "").TrimEnd('/'), Volume: JsonRead.Text(mount["name"])))
            .Where(mount => path == mount.Path || path.StartsWith(mount.Path + "/", StringComparison.Ordinal))
            .OrderByDescending(mount => mount.Path.Length)
            .Select(mount => mount.Volume)
            .FirstOrDefault();
}
