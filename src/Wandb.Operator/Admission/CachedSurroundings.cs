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
/// there yet: a WandbRun, its profile, and the Job are then read once, and a WandbRun is waited for for a moment.
/// </summary>
internal sealed class CachedSurroundings(
    AdmissionCaches caches, RunWorkloads workloads, JobLookups jobs, KubernetesApi api, OperatorDefaults defaults, ServingCertificate certificate,
    TimeProvider time)
    : IPodSurroundings
{
    /// <summary>So that there is time left of <see cref="AdmissionEndpoint.GatherLimit"/>: what a Job adds is not worth the whole injection.</summary>
    private static readonly TimeSpan JobLimit = TimeSpan.FromSeconds(1);

    /// <summary>How long a pod waits for a WandbRun that is not there; what is left of the limit is for the Job.</summary>
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(0.7);

    /// <summary>By then the caches have what was created with it.</summary>
    private static readonly TimeSpan NewFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <exception cref="ApiException">Something is in no cache, and the API server cannot be asked.</exception>
    public async ValueTask<PodSurroundings> GatherAsync(string @namespace, JsonObject pod, CancellationToken ct)
    {
        await caches.WhenFilledAsync(ct);
        var name = new NamespacedName(@namespace, PodAdmission.RunName(pod)!);
        // A text that is no name must not become a path.
        var cached = caches.Runs.Find(name);
        var run = InjectionAnnotations.RunProblem(name.Name) is null
            ? cached ?? await FindAsync(ResourceNames.Runs, name, OperatorJson.Default.WandbRun, ct) ?? await ComingAsync(name, ct)
            : null;
        var controller = ControllerReference.Of(pod["metadata"]);
        var (owners, problem) = await OwnersAsync(name, controller, ct);
        return new PodSurroundings
        {
            Namespace = @namespace,
            Owners = owners,
            OwnerProblem = problem,
            OtherJob = run?.Spec.Id is null ? null : workloads.JobsOf(name).FirstOrDefault(job => !job.HasEnded && job.Uid != controller?.Uid)?.Key.Name,
            Run = run,
            Profile = await ProfileAsync(@namespace, run, cached is null, ct),
            Defaults = defaults with { ReportCa = certificate.Bundle },
            Facts = NamespaceFactsReader.Of([.. caches.LimitsOf(@namespace).Select(json => JsonNode.Parse(json)!.AsObject())]) with { OldNodes = caches.OldNodes, HeldUpPod = caches.HeldUpPod },
        };
    }

    /// <summary>`kubectl apply -f DIR` creates in the order of the files' names: a Job may come a moment before its WandbRun.</summary>
    private async ValueTask<WandbRun?> ComingAsync(NamespacedName name, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(LookAgain, time);
        for (var start = time.GetTimestamp(); time.GetElapsedTime(start) < RunLimit;)
        {
            await timer.WaitForNextTickAsync(ct);
            if (caches.Runs.Find(name) is { } run)
                return run;
        }
        return null;
    }

    /// <param name="isAhead">The run is not in the caches yet.</param>
    private async ValueTask<WandbProfile?> ProfileAsync(string @namespace, WandbRun? run, bool isAhead, CancellationToken ct)
    {
        var name = new NamespacedName(@namespace, run?.Spec.Profile ?? WandbProfile.DefaultName);
        if (caches.Profiles.Find(name) is { } known)
            return known;
        if (run is null)
            return null;
        // Most namespaces have no default one: nobody asks for that with every pod, but where the run is new the profile may be so, too.
        var isAsked = run.Spec.Profile is not null || isAhead || run.Metadata.CreationTimestamp > time.GetUtcNow() - NewFor;
        return isAsked ? await FindAsync(ResourceNames.Profiles, name, OperatorJson.Default.WandbProfile, ct) : null;
    }

    /// <summary>As far as owner references lead: the pod's controller, and that of its Job. A pod never goes without us because its Job cannot be read.</summary>
    private async ValueTask<(IReadOnlyList<PodOwner> Owners, Problem? Problem)> OwnersAsync(NamespacedName pod, ControllerReference? controller, CancellationToken ct)
    {
        if (controller is null)
            return ([], null);
        var (job, problem) = workloads.JobOf(pod, controller) is { } known ? (known, null) : controller.IsJob ? await AskAsync(pod, controller, ct) : (null, null);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (job?.Group is { } group)
            labels[InjectionKeys.Group] = group;
        if (job?.JobType is { } jobType)
            labels[InjectionKeys.JobType] = jobType;
        var owner = new PodOwner
        {
            Kind = controller.Kind,
            Name = controller.Name,
            ApiVersion = controller.ApiVersion,
            Uid = controller.Uid,
            Labels = labels,
            JudgesAnyContainer = job?.JudgesAnyContainer ?? false,
            TellsPodsApart = job?.TellsPodsApart,
        };
        return (job?.Controller is { } above ? [owner, new PodOwner { Kind = above.Kind, Name = above.Name, ApiVersion = above.ApiVersion, Uid = above.Uid }] : [owner], problem);
    }

    private async ValueTask<(KnownJob? Job, Problem? Problem)> AskAsync(NamespacedName pod, ControllerReference controller, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(JobLimit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return (await jobs.FindAsync(pod, controller, stop.Token), null);
        }
        catch (ApiException exception)
        {
            return (null, Unknown(exception.Message));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, Unknown($"cannot read Job {controller.Name} in namespace {pod.Namespace}: no answer within {JobLimit.TotalSeconds} s"));
        }

        Problem Unknown(string why) => new(ProblemReasons.OwnerUnknown, $"{why}; group, job type and owner that the Job may give are not known and not used");
    }

    private async ValueTask<T?> FindAsync<T>(string plural, NamespacedName name, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class =>
        await api.GetAsync($"/apis/{ResourceNames.ApiVersion}/namespaces/{Uri.EscapeDataString(name.Namespace)}/{plural}/{Uri.EscapeDataString(name.Name)}", ct) switch
        {
            ApiOutcome.Done done => done.Body.Deserialize(type),
            ApiOutcome.Refused { Refusal.IsNotFound: true } => null,
            var outcome => throw new ApiException($"cannot read {name.Name} of {plural} in namespace {name.Namespace}", outcome),
        };
}
