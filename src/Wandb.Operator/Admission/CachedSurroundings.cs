using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Wandb.Operator.Certificates;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Admission;

/// <summary>
/// Surroundings of a pod from the caches. What was created just before the pod, as with one `kubectl apply` of a WandbRun and its Job, may not be
/// there yet: a WandbRun, a profile that is named, and the Job are then read once.
/// </summary>
internal sealed class CachedSurroundings(
    AdmissionCaches caches, RunWorkloads workloads, JobLookups jobs, KubernetesApi api, OperatorDefaults defaults, ServingCertificate certificate)
    : IPodSurroundings
{
    /// <exception cref="ApiException">Something is in no cache, and the API server cannot be asked.</exception>
    public async ValueTask<PodSurroundings> GatherAsync(string @namespace, JsonObject pod, CancellationToken ct)
    {
        await caches.WhenFilledAsync(ct);
        var name = new NamespacedName(@namespace, PodAdmission.RunName(pod)!);
        // A text that is no name must not become a path.
        var run = InjectionAnnotations.RunProblem(name.Name) is null
            ? caches.Runs.Find(name) ?? await FindAsync(ResourceNames.Runs, name, OperatorJson.Default.WandbRun, ct)
            : null;
        return new PodSurroundings
        {
            Namespace = @namespace,
            Owners = await OwnersAsync(name, ControllerReference.Of(pod["metadata"]), ct),
            Run = run,
            Profile = await ProfileAsync(@namespace, run?.Spec.Profile, ct),
            Defaults = defaults with { ReportCa = certificate.Bundle },
            Facts = NamespaceFactsReader.Of([.. caches.LimitsOf(@namespace).Select(json => JsonNode.Parse(json)!.AsObject())]) with { OldNodes = caches.OldNodes },
        };
    }

    private async ValueTask<WandbProfile?> ProfileAsync(string @namespace, string? named, CancellationToken ct)
    {
        var name = new NamespacedName(@namespace, named ?? WandbProfile.DefaultName);
        // Most namespaces have no default one: nobody asks for that with every pod.
        return caches.Profiles.Find(name) ?? (named is null ? null : await FindAsync(ResourceNames.Profiles, name, OperatorJson.Default.WandbProfile, ct));
    }

    /// <summary>As far as owner references lead: the pod's controller, and that of its Job.</summary>
    private async ValueTask<IReadOnlyList<PodOwner>> OwnersAsync(NamespacedName pod, ControllerReference? controller, CancellationToken ct)
    {
        if (controller is null)
            return [];
        var job = workloads.JobOf(pod, controller) ?? (controller.IsJob ? await jobs.FindAsync(pod, controller, ct) : null);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (job?.Group is { } group)
            labels[InjectionKeys.Group] = group;
        if (job?.JobType is { } jobType)
            labels[InjectionKeys.JobType] = jobType;
        var owner = new PodOwner { Kind = controller.Kind, Name = controller.Name, Uid = controller.Uid, Labels = labels };
        return job?.Controller is { } above ? [owner, new PodOwner { Kind = above.Kind, Name = above.Name, Uid = above.Uid }] : [owner];
    }

    private async ValueTask<T?> FindAsync<T>(string plural, NamespacedName name, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class =>
        await api.GetAsync($"/apis/{ResourceNames.ApiVersion}/namespaces/{name.Namespace}/{plural}/{Uri.EscapeDataString(name.Name)}", ct) switch
        {
            ApiOutcome.Done done => done.Body.Deserialize(type),
            ApiOutcome.Refused { Refusal.IsNotFound: true } => null,
            var outcome => throw new ApiException($"cannot read {name.Name} of {plural} in namespace {name.Namespace}", outcome),
        };
}
