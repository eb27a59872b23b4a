using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Manifests;

/// <summary>Everything that was read from manifests: pods to judge, and what is around them.</summary>
internal sealed class ManifestSet
{
    private readonly Dictionary<(string Namespace, string Name), WandbRun> _runs = [];
    private readonly Dictionary<(string Namespace, string Name), WandbProfile> _profiles = [];
    private readonly Dictionary<string, List<JsonObject>> _others = new(StringComparer.Ordinal);
    private readonly List<JsonObject> _nodes = [];
    private readonly List<(string Namespace, WorkloadPod Pod)> _pods = [];

    /// <summary>In the order of the manifests.</summary>
    public IReadOnlyList<(string Namespace, WorkloadPod Pod)> Pods => _pods;

    /// <param name="document">Of any kind; lists are opened.</param>
    /// <param name="defaultNamespace">For objects that name none.</param>
    /// <exception cref="JsonException">
    /// A kind of ours does not have its shape, or its spec a field that does not exist, or a pod has an annotation or label that is no text: <c>kubectl apply</c>
    /// refuses that too.
    /// </exception>
    public void Add(JsonNode document, string defaultNamespace)
    {
        if (document is not JsonObject manifest)
            return;
        var kind = JsonRead.Text(manifest["kind"]) ?? "";
        if (kind.EndsWith("List", StringComparison.Ordinal) && manifest["items"] is JsonArray items)
        {
            foreach (var item in items.OfType<JsonObject>())
                Add(item, defaultNamespace);
            return;
        }
        var @namespace = JsonRead.Text(JsonRead.At(manifest, "metadata", "namespace")) ?? defaultNamespace;
        var name = JsonRead.Text(JsonRead.At(manifest, "metadata", "name")) ?? "";
        switch (kind)
        {
            case WandbRun.KindName:
                _runs[(@namespace, name)] = Read(manifest, OperatorJson.Default.WandbRun, StrictJson.Default.WandbRunSpec);
                break;
            case WandbProfile.KindName:
                _profiles[(@namespace, name)] = Read(manifest, OperatorJson.Default.WandbProfile, StrictJson.Default.WandbProfileSpec);
                break;
            case "Node":
                _nodes.Add(manifest);
                break;
            case "ConfigMap" or "Secret" or "LimitRange" or "ResourceQuota":
                if (!_others.TryGetValue(@namespace, out var others))
                    _others[@namespace] = others = [];
                others.Add(manifest);
                break;
            default:
                NeedTexts(manifest);
                foreach (var pod in WorkloadPods.Of(manifest))
                {
                    NeedTexts(pod.Pod);
                    _pods.Add((@namespace, pod));
                }
                break;
        }
    }

    private static void NeedTexts(JsonObject manifest)
    {
        foreach (var map in new[] { "annotations", "labels" })
        {
            foreach (var (key, value) in JsonRead.At(manifest, "metadata", map) as JsonObject ?? [])
            {
                if (value is not null && JsonRead.Text(value) is null)
                    throw new JsonException($"metadata.{map}.{key} is {value.ToJsonString()}; a text is needed there, in quotes");
            }
        }
    }

    /// <summary>Metadata has more than we read, and a status may be of another version: only the spec is somebody's.</summary>
    private static TKind Read<TKind, TSpec>(JsonObject manifest, JsonTypeInfo<TKind> kind, JsonTypeInfo<TSpec> spec)
    {
        var read = manifest.Deserialize(kind)!;
        try
        {
            manifest["spec"].Deserialize(spec);
        }
        catch (JsonException exception)
        {
            throw new JsonException(exception.Message, $"spec{exception.Path?[1..]}", null, null, exception);
        }
        return read;
    }

    public PodSurroundings Around(string @namespace, WorkloadPod pod, OperatorDefaults defaults)
    {
        var run = PodAdmission.RunName(pod.Pod) is { } name ? _runs.GetValueOrDefault((@namespace, name)) : null;
        return new PodSurroundings
        {
            Namespace = @namespace,
            Owners = pod.Owners,
            OtherJob = run?.Spec.Id is null ? null : OtherJob(@namespace, pod),
            Run = run,
            Profile = _profiles.GetValueOrDefault((@namespace, run?.Spec.Profile ?? WandbProfile.DefaultName)),
            Defaults = defaults,
            Facts = NamespaceFactsReader.Of([.. _others.GetValueOrDefault(@namespace) ?? [], .. _nodes]),
        };
    }

    private string? OtherJob(string @namespace, WorkloadPod pod)
    {
        var own = pod.Owners is [var nearest, ..] ? nearest.Uid : "";
        return _pods
            .Where(other => other.Namespace == @namespace && PodAdmission.RunName(other.Pod.Pod) == PodAdmission.RunName(pod.Pod))
            .Select(other => other.Pod.Owners is [{ IsJob: true } job, ..] && job.Uid != own ? job.Name : null)
            .FirstOrDefault(job => job is not null);
    }
}
