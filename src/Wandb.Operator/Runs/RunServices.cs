using System.Text.Json;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Profiles;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Statuses;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>Registration of everything around WandbRuns.</summary>
internal static class RunServices
{
    /// <summary>
    /// Caches, surroundings and outcomes of admissions, reports, and the controller of WandbRuns. Needs <see cref="Certificates.ServingCertificate"/>,
    /// <see cref="KubernetesApi"/>, <see cref="OperatorMetrics"/>,
    /// <see cref="TimeProvider"/> and <see cref="ILeadership"/>. Gives
    /// <see cref="IPodSurroundings"/>, <see cref="IAdmissionOutcomes"/>, <see cref="IReportingPods"/> and <see cref="ReportStore"/>.
    /// </summary>
    /// <param name="namespaces">Those that are looked after; none: all.</param>
    public static IServiceCollection AddRunReconciliation(this IServiceCollection services, OperatorDefaults defaults, IReadOnlyCollection<string> namespaces)
    {
        services.AddSingleton(defaults);
        services.AddWatch(new WatchedResource<KnownPod> { Name = "pods", Path = "/api/v1/pods", LabelSelector = InjectionKeys.Run, Read = KnownPod.Read }, namespaces);
        services.AddWatch(new WatchedResource<KnownJob> { Name = "jobs", Path = "/apis/batch/v1/jobs", LabelSelector = InjectionKeys.Run, Read = KnownJob.Read }, namespaces);
        services.AddWatch(new WatchedResource<WandbRun>
        {
            Name = ResourceNames.Runs,
            Path = $"/apis/{ResourceNames.ApiVersion}/{ResourceNames.Runs}",
            Read = static run => run.Deserialize(OperatorJson.Default.WandbRun),
        }, namespaces);
        services.AddWatch(new WatchedResource<WandbProfile>
        {
            Name = ResourceNames.Profiles,
            Path = $"/apis/{ResourceNames.ApiVersion}/{ResourceNames.Profiles}",
            Read = static profile => profile.Deserialize(OperatorJson.Default.WandbProfile),
        }, namespaces);
        services.AddWatch(new WatchedResource<KnownQuota> { Name = "resourcequotas", Path = "/api/v1/resourcequotas", Read = KnownQuota.Read }, namespaces);
        services.AddWatch(new WatchedResource<KnownLimitRange> { Name = "limitranges", Path = "/api/v1/limitranges", Read = KnownLimitRange.Read }, namespaces);
        services.AddWatch(new WatchedResource<OldNode> { Name = "nodes", Path = "/api/v1/nodes", Read = OldNode.Read });
        services.AddSingleton<DroppedSidecars>();
        services.AddHostedService(provider => provider.GetRequiredService<DroppedSidecars>());
        services.AddSingleton<AdmissionCaches>();
        services.AddSingleton<IPodSurroundings, CachedSurroundings>();
        services.AddSingleton<AdmissionOutcomes>();
        services.AddSingleton<IAdmissionOutcomes>(provider => provider.GetRequiredService<AdmissionOutcomes>());
        services.AddHostedService(provider => provider.GetRequiredService<AdmissionOutcomes>());
        services.AddSingleton(provider => new ReportStore(ReportBudget.Of(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes), provider.GetRequiredService<ILeadership>()));
        services.AddSingleton<RunWorkloads>();
        services.AddSingleton<JobLookups>();
        services.AddSingleton<PodLookups>();
        services.AddSingleton<IReportingPods, ReportingPods>();
        services.AddSingleton<UnseenPods>();
        services.AddSingleton<UnseenPodLookup>();
        services.AddSingleton<RunGathering>();
        services.AddSingleton<WriteBudget>();
        services.AddSingleton<StatusApi>();
        services.AddSingleton(RunStatusKind.Value);
        services.AddSingleton<StatusWriter<WandbRun, WandbRunStatus>>();
        services.AddSingleton<RunReconciler>();
        services.AddController(provider => new Controller<NamespacedName>
        {
            Name = ResourceNames.Runs,
            Reconciler = provider.GetRequiredService<RunReconciler>(),
            Queue = provider.GetRequiredService<WorkQueue<NamespacedName>>(),
            AllKeys = () => provider.GetRequiredService<ResourceCache<WandbRun>>().All.Select(run => run.Key),
        });
        services.AddProfileReconciliation();
        IReadOnlyCollection<UnseenScope> scopes = namespaces.Count == 0 ? [new UnseenScope("")] : [.. namespaces.Select(name => new UnseenScope(name))];
        services.AddController(provider => new Controller<UnseenScope>
        {
            Name = "unseen pods",
            Reconciler = ActivatorUtilities.CreateInstance<UnseenPodReconciler>(provider, scopes),
            Queue = provider.GetRequiredService<WorkQueue<UnseenScope>>(),
            AllKeys = () => scopes,
            Workers = 1,
        });
        return services;
    }
}
