using Wandb.Operator.Resources;
using Wandb.Operator.Statuses;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Profiles;

/// <summary>Registration of what writes the status of WandbProfiles.</summary>
internal static class ProfileServices
{
    /// <summary>Needs the caches of WandbRuns and WandbProfiles, <see cref="StatusApi"/>, <see cref="WriteBudget"/> and <see cref="ILeadership"/>.</summary>
    public static IServiceCollection AddProfileReconciliation(this IServiceCollection services)
    {
        services.AddSingleton(ProfileStatusKind.Value);
        services.AddSingleton<StatusWriter<WandbProfile, WandbProfileStatus>>();
        services.AddController(provider => new Controller<ProfileKey>
        {
            Name = ResourceNames.Profiles,
            Reconciler = ActivatorUtilities.CreateInstance<ProfileReconciler>(provider),
            Queue = provider.GetRequiredService<WorkQueue<ProfileKey>>(),
            AllKeys = () => provider.GetRequiredService<ResourceCache<WandbProfile>>().All.Select(profile => new ProfileKey(profile.Key)),
            Workers = 1,
        });
        return services;
    }
}
