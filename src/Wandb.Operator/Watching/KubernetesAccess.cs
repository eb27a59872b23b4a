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

    /// <param name="kubeconfig">A file; null: the service account of the pod that this runs in.</param>
    /// <exception cref="KubeConfigException">There is no such file, it cannot be used, or this is no pod; the message names the file and says what is wrong.</exception>
    public static async Task<KubernetesClientConfiguration> LoadAsync(string? kubeconfig)
    {
        var configuration = kubeconfig is null ? KubernetesClientConfiguration.InClusterConfig() : await ReadAsync(kubeconfig);
        configuration.UserAgent = UserAgent;
        return configuration;
    }

    private static async Task<KubernetesClientConfiguration> ReadAsync(string kubeconfig)
    {
        try
        {
            var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(KubeconfigFile.Model(await DocumentAsync(kubeconfig), kubeconfig));
            // What a connection would stumble over is told here, with the file's name.
            new ApiConnection(configuration).Dispose();
            return configuration;
        }
        catch (FormatException exception)
        {
            throw new KubeConfigException($"kubeconfig {kubeconfig}: a value that must be base64 is none: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or KubeConfigException)
        {
            // What a plug-in did is told with the stack of it.
            throw new KubeConfigException($"kubeconfig {kubeconfig}: {exception.Message.Split('\n', 2)[0].TrimEnd()}", exception);
        }
    }

    private static async Task<JsonObject> DocumentAsync(string kubeconfig)
    {
        if (Directory.Exists(kubeconfig))
            throw new KubeConfigException("this is a directory");
        try
        {
            using var text = new StringReader(await File.ReadAllTextAsync(kubeconfig));
            return YamlDocuments.Read(text) switch
            {
                [] => throw new KubeConfigException("the file is empty"),
                [JsonObject only] when only["clusters"] is JsonArray { Count: > 0 } => only,
                _ => throw new KubeConfigException("this is no kubeconfig: it names no clusters"),
            };
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KubeConfigException("there is no such file", exception);
        }
        catch (YamlException exception)
        {
            throw new KubeConfigException(string.Create(CultureInfo.InvariantCulture, $"this is no kubeconfig: line {exception.Start.Line}: {exception.Message}"), exception);
        }
    }
}
