using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster;

/// <summary>A kubeconfig with one cluster, one user and one context.</summary>
internal static class KubeconfigFile
{
    private const string Name = "wandb-sandbox";
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public static string Text(Uri server, string token, X509Certificate2 authority) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Config",
        ["clusters"] = new JsonArray(new JsonObject { ["name"] = Name, ["cluster"] = Cluster(server, authority) }),
        ["users"] = new JsonArray(new JsonObject { ["name"] = Name, ["user"] = new JsonObject { ["token"] = token } }),
        ["contexts"] = new JsonArray(new JsonObject
        {
            ["name"] = Name,
            ["context"] = new JsonObject { ["cluster"] = Name, ["user"] = Name, ["namespace"] = "default" },
        }),
        ["current-context"] = Name,
    }.ToJsonString(Readable);

    private static JsonObject Cluster(Uri server, X509Certificate2 authority) => new()
    {
        ["server"] = server.AbsoluteUri.TrimEnd('/'),
        ["certificate-authority-data"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(authority.ExportCertificatePem())),
    };
}
