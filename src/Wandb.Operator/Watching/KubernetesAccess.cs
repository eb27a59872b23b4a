using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using k8s;
using k8s.Exceptions;
using Wandb.Operator.Manifests;
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
    /// <exception cref="KubeConfigException">There is no such file, it cannot be used, or this is no pod; the message names the file and says what is wrong.</exception>
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
        if (await ProblemAsync(kubeconfig) is { } problem)
            throw new KubeConfigException($"kubeconfig {kubeconfig}: {problem}");
        try
        {
            return await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(kubeconfig));
        }
        catch (FormatException exception)
        {
            throw new KubeConfigException($"kubeconfig {kubeconfig}: a value that must be base64 is none: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or YamlException or CryptographicException or KubeConfigException)
        {
            throw new KubeConfigException($"kubeconfig {kubeconfig}: {exception.Message}", exception);
        }
    }

    /// <summary>What KubernetesClient tells in words that say little, or not at all.</summary>
    private static async Task<string?> ProblemAsync(string kubeconfig)
    {
        if (Directory.Exists(kubeconfig))
            return "this is a directory";
        try
        {
            using var text = new StringReader(await File.ReadAllTextAsync(kubeconfig));
            return YamlDocuments.Read(text) switch
            {
                [] => "the file is empty",
                [JsonObject only] when only["clusters"] is JsonArray { Count: > 0 } => null,
                _ => "this is no kubeconfig: it names no clusters",
            };
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "there is no such file";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
        catch (YamlException exception)
        {
            return string.Create(CultureInfo.InvariantCulture, $"this is no kubeconfig: line {exception.Start.Line}: {exception.Message}");
        }
    }
}
