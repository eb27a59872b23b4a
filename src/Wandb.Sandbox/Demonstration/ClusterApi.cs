using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Demonstration;

/// <summary>What kubectl does, over HTTPS like kubectl, for the kinds of the demonstration.</summary>
internal sealed class ClusterApi : IDisposable
{
    private const string FieldManager = "wandb-sandbox-demo";

    private readonly HttpClient http;

    public ClusterApi(LocalCluster cluster)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(cluster.Authority);
        http = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust } })
        {
            BaseAddress = cluster.Url,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", cluster.Token) },
        };
    }

    /// <summary>kubectl apply --server-side --force-conflicts.</summary>
    /// <exception cref="HttpRequestException">The cluster refuses it; the message has its words.</exception>
    public async Task ApplyAsync(JsonObject manifest, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"{PathOf(manifest)}?fieldManager={FieldManager}&force=true");
        request.Content = new StringContent(manifest.ToJsonString(), Encoding.UTF8);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml");
        using var response = await http.SendAsync(request, ct);
        if (!response.IsSuccessStatusCode)
        {
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(ct)) as JsonObject;
            throw new HttpRequestException($"{manifest.Text("kind")} {manifest.Name()}: {answer?.Text("message")}", null, response.StatusCode);
        }
    }

    /// <param name="path">Such as <c>api/v1/namespaces/default/pods/p</c>.</param>
    /// <returns>Null: there is none.</returns>
    public async Task<JsonObject?> FindAsync(string path, CancellationToken ct)
    {
        using var response = await http.GetAsync(path, ct);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(ct)) as JsonObject;
    }

    /// <summary>kubectl get: the columns that the server gives, as lines.</summary>
    public async Task<IReadOnlyList<string>> TableAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        using var response = await http.SendAsync(request, ct);
        response.EnsureSuccessStatusCode();
        return KubectlTable.Lines((JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(ct))!);
    }

    public void Dispose() => http.Dispose();

    private static string PathOf(JsonObject manifest)
    {
        var version = manifest.Text("apiVersion") ?? "";
        var kind = manifest.Text("kind") ?? "";
        // As English has it, and as all kinds here are called.
        var plural = kind.ToLowerInvariant() + "s";
        var root = version.Contains('/', StringComparison.Ordinal) ? $"apis/{version}" : $"api/{version}";
        return manifest.Text("metadata", "namespace") is { } ns ? $"{root}/namespaces/{ns}/{plural}/{manifest.Name()}" : $"{root}/{plural}/{manifest.Name()}";
    }
}
