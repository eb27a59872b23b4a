using Microsoft.Extensions.DependencyInjection.Extensions;
using Wandb.Operator.Serving;

namespace Wandb.Operator.Watching;

/// <summary>Registration of watches and controllers.</summary>
internal static class WatchingServices
{
    /// <summary>
    /// A <see cref="ResourceCache{T}"/> and the watches that fill it; readiness and controllers wait for it. One cache for each type of
    /// value. Needs <see cref="KubernetesApi"/>, <see cref="OperatorMetrics"/> and <see cref="TimeProvider"/>.
    /// </summary>
    /// <param name="namespaces">Each gets a watch of its own, so that rights in these are enough; none: one watch of all namespaces.</param>
    public static IServiceCollection AddWatch<T>(this IServiceCollection services, WatchedResource<T> resource, params IReadOnlyCollection<string> namespaces)
        where T : class
    {
        services.AddSingleton(new ResourceCache<T>(resource.Name, namespaces));
        services.AddSingleton<IResourceCache>(provider => provider.GetRequiredService<ResourceCache<T>>());
        foreach (var part in namespaces.Count == 0 ? [resource] : namespaces.Select(resource.In))
            services.AddSingleton<IResourceWatch>(provider => ActivatorUtilities.CreateInstance<ResourceWatch<T>>(provider, part));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IReadiness, CachesReadiness>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, WatchService>());
        return services;
    }

    /// <summary>
    /// A controller with its <see cref="WorkQueue{TKey}"/>, which is registered too: one for each type of key. Needs <see cref="ILeadership"/>.
    /// </summary>
    public static IServiceCollection AddController<TKey>(this IServiceCollection services, Func<IServiceProvider, Controller<TKey>> controller)
        where TKey : notnull
    {
        services.TryAddSingleton(provider => new WorkQueue<TKey>(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(controller);
        services.AddHostedService<ControllerService<TKey>>();
        return services;
    }
}
