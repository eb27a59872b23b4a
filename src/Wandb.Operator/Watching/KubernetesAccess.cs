using k8s;
using k8s.Exceptions;

namespace Wandb.Operator.Watching;

/// <summary>Where the API server is and who we are there.</summary>
internal static class KubernetesAccess
{
    private const string UserAgent = "wandb-operator";

    /// <param name="kubeconfig">A file; null: the service account of the pod that this runs in.</param>
    /// <exception cref="KubeConfigException">There is no such file, it cannot be used, or this is no pod; the message says which.</exception>
    public static async Task<KubernetesClientConfiguration> LoadAsync(string? kubeconfig)
    {
        var configuration = kubeconfig is null
            ? KubernetesClientConfiguration.InClusterConfig()
            : await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(kubeconfig));
        configuration.UserAgent = UserAgent;
        return configuration;
    }
}
