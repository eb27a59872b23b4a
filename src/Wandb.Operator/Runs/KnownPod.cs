using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>
/// A pod that asks for a WandbRun, as the API server last showed it, without what nobody reads. Some 2 KB. Equal: the same pod, and nothing
/// that matters of it is another. Safe for concurrent use.
/// </summary>
internal sealed class KnownPod : IEquatable<KnownPod>
{
    private readonly byte[] _json;

    // The last answer: a pod is asked for far more often than it changes. Whoever writes it last, it is right.
    private volatile Reading? _last;

    private KnownPod(JsonObject reduced, NamespacedName run)
    {
        _json = JsonSerializer.SerializeToUtf8Bytes(reduced, OperatorJson.Default.JsonObject);
        var metadata = reduced["metadata"];
        Key = new NamespacedName(run.Namespace, JsonRead.Text(metadata?["name"]) ?? "");
        Uid = JsonRead.Text(metadata?["uid"]) ?? "";
        Run = run;
        RunUid = JsonRead.Text(metadata?["annotations"]?[InjectionKeys.RunUid]);
        Drains = metadata?["annotations"]?[InjectionKeys.Injected] is not null && JsonRead.Text(metadata["annotations"]?[InjectionKeys.Drain]) == "true";
        Controller = ControllerReference.Of(metadata);
        Phase = JsonRead.Text(reduced["status"]?["phase"]);
        Index = PodObservation.IndexOf(new PodView(reduced));
        CreatedAt = KubernetesTime.Read(metadata?["creationTimestamp"]);
        // Of its init containers the agent alone is kept.
        CarriesAgent = JsonRead.Objects(reduced["spec"]?["initContainers"]).Any();
        IsHeldUp = JsonRead.Objects(reduced["spec"]?["initContainers"]).Any(AgentSidecar.HoldsUp);
    }

    public NamespacedName Key { get; }

    public string Uid { get; }

    /// <summary>The WandbRun that it names, which need not exist.</summary>
    public NamespacedName Run { get; }

    /// <summary>Of the WandbRun for which it was injected; null: it was not, or nobody wrote it down.</summary>
    public string? RunUid { get; }

    /// <summary>It trains nothing, and was given what it needs to upload what others have left (<see cref="InjectionKeys.Drain"/>).</summary>
    public bool Drains { get; }

    /// <summary>Null: a bare pod.</summary>
    public ControllerReference? Controller { get; }

    /// <summary>See <see cref="PodObservation.Index"/>.</summary>
    public int? Index { get; }

    public bool IsOver => Phase is "Failed" or "Succeeded";

    public DateTimeOffset? CreatedAt { get; }

    /// <summary>The agent is in it, whether as a native sidecar or not.</summary>
    public bool CarriesAgent { get; }

    /// <summary>See <see cref="PodObservation.IsHeldUp"/>.</summary>
    public bool IsHeldUp { get; }

    private string? Phase { get; }

    /// <returns>Null: it does not ask, whatever its labels say.</returns>
    public static KnownPod? Read(JsonElement pod)
    {
        var json = JsonObject.Create(pod) ?? throw new FormatException("a pod is no object");
        var metadata = json["metadata"];
        return JsonRead.Text(metadata?["annotations"]?[InjectionKeys.Run]) is { } run && JsonRead.Text(metadata?["namespace"]) is { } @namespace
            ? new KnownPod(PodReduction.Of(json), new NamespacedName(@namespace, run))
            : null;
    }

    /// <summary>See <see cref="PodObservation.HasFailed"/>.</summary>
    /// <param name="isGone">The API server does not have it any more.</param>
    public bool HasFailed(bool isGone) => PodObservation.IsFailure(Phase, isGone);

    /// <param name="jobFailure">See <see cref="PodEndCause.Of"/>.</param>
    /// <param name="isGone">The API server does not have it any more.</param>
    public PodObservation Observe(string? jobFailure, bool isGone)
    {
        if (_last is not { } last || last.JobFailure != jobFailure || last.IsGone != isGone)
        {
            var json = JsonSerializer.Deserialize(_json, OperatorJson.Default.JsonObject)!;
            _last = last = new Reading(jobFailure, isGone, PodObservation.Read(json, jobFailure, isGone));
        }
        return last.Pod;
    }

    public bool Equals(KnownPod? other) => other is not null && Run == other.Run && _json.AsSpan().SequenceEqual(other._json);

    public override bool Equals(object? obj) => Equals(obj as KnownPod);

    public override int GetHashCode() => Uid.GetHashCode(StringComparison.Ordinal);

    private sealed record Reading(string? JobFailure, bool IsGone, PodObservation Pod);
}
