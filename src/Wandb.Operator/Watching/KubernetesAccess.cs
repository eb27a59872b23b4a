using System.Security.Cryptography;
using k8s;
using k8s.Exceptions;
using YamlDotNet.Core;

namespace Wandb.Operator.Watching;

/// <summary>Where the API server is and who we are there.</summary>
internal static class KubernetesAccess
{
    private const string UserAgent = "wandb-operator";

    // One HTTP/2 connection carries everything. If its server dies without a word, requests hang until the pings say so: after 25 s, where
    // KubernetesClient takes 3.5 min.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(15);

    /// <param name="kubeconfig">A file; null: the service account of the pod that this runs in.</param>
    /// <exception cref="KubeConfigException">There is no such file, it cannot be used, or this is no pod; the message does not name the file.</exception>
    public static async Task<KubernetesClientConfiguration> LoadAsync(string? kubeconfig)
    {
        var configuration = kubeconfig is null ? KubernetesClientConfiguration.InClusterConfig() : await ReadAsync(kubeconfig);
        configuration.UserAgent = UserAgent;
        configuration.FirstMessageHandlerSetup = handler =>
            (handler.KeepAlivePingDelay, handler.KeepAlivePingTimeout, handler.ConnectTimeout) = (PingAfter, PingLimit, ConnectLimit);
        return configuration;
    }

    private static async Task<KubernetesClientConfiguration> ReadAsync(string kubeconfig)
    {
        try
        {
            return await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(kubeconfig));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or YamlException or FormatException or CryptographicException)
        {
            throw new KubeConfigException(exception.Message, exception);
        }
    }
}
