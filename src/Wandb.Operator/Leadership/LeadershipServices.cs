using System.Security.Cryptography;
using Wandb.Operator.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Leadership;

/// <summary>Registration of leadership.</summary>
internal static class LeadershipServices
{
    public static IServiceCollection AddLeadership(this IServiceCollection services, OperatorOptions options)
    {
        if (!options.LeaderElection)
        {
            services.AddSingleton<SoleLeader>();
            services.AddSingleton<ILeadership>(provider => provider.GetRequiredService<SoleLeader>());
            return services.AddSingleton<ILeaderAddress>(provider => provider.GetRequiredService<SoleLeader>());
        }
        // A container that is restarted has the same name, but is not the holder of before.
        var identity = $"{options.PodName}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        services.AddSingleton(provider => new LeaderGate(
            provider.GetRequiredService<KubernetesApi>(), options, identity, provider.GetRequiredService<ServerPorts>(), provider.GetRequiredService<Draining>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LeaderGate>>()));
        services.AddSingleton<ILeadership>(provider => provider.GetRequiredService<LeaderGate>());
        services.AddSingleton<ILeaderAddress>(provider => provider.GetRequiredService<LeaderGate>());
        return services.AddHostedService(provider => provider.GetRequiredService<LeaderGate>());
    }
}
