using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Operator.Manifests;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>The current context of a kubeconfig: a server, and a token or a client certificate.</summary>
internal sealed class Kubeconfig(string text)
{
    private readonly JsonNode _root = YamlDocuments.Read(new StringReader(text)).Single();

    /// <summary>A client that trusts the server and signs in. Its own time-out is off: watches are long.</summary>
    public HttpClient Connect()
    {
        var context = Named("contexts", _root.Text("current-context"))["context"];
        var cluster = Named("clusters", context.Text("cluster"))["cluster"];
        var user = Named("users", context.Text("user"))["user"];
        var ssl = new SslClientAuthenticationOptions();
        if (Pem(cluster, "certificate-authority") is { } authority)
        {
            ssl.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            ssl.CertificateChainPolicy.CustomTrustStore.ImportFromPem(authority);
        }
        if (Pem(user, "client-certificate") is { } certificate && Pem(user, "client-key") is { } key)
            ssl.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, key)];
        var http = new HttpClient(new SocketsHttpHandler { SslOptions = ssl })
        {
            BaseAddress = new Uri(cluster.Text("server")!.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (user.Text("token") is { } token)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private JsonObject Named(string list, string? name) => _root.Objects(list).Single(entry => entry.Text("name") == name);

    /// <summary>Inline, base64, or in a file.</summary>
    private static string? Pem(JsonNode? node, string name) =>
        node.Text(name + "-data") is { } data ? Encoding.ASCII.GetString(Convert.FromBase64String(data))
        : node.Text(name) is { } path ? File.ReadAllText(path)
        : null;
}
