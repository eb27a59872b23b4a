using System.Text.Json.Nodes;
using k8s.KubeConfigModels;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Watching;

/// <summary>
/// A kubeconfig (client-go, tools/clientcmd/api/v1 Config) as KubernetesClient's model of it. Its own reader of YAML loads each of some thousand types of the
/// API by reflection, for good, before it reads the first line.
/// </summary>
internal static class KubeconfigFile
{
    /// <param name="path">Where the file is; paths in it are relative to its folder.</param>
    public static K8SConfiguration Model(JsonObject file, string path) => new()
    {
        FileName = Path.GetFullPath(path),
        CurrentContext = JsonRead.TextOrNumber(file["current-context"]),
        Clusters = [.. JsonRead.Objects(file["clusters"]).Select(entry => new Cluster { Name = Name(entry), ClusterEndpoint = Endpoint(entry["cluster"]) })],
        Contexts = [.. JsonRead.Objects(file["contexts"]).Select(entry => new Context { Name = Name(entry), ContextDetails = Details(entry["context"]) })],
        Users = [.. JsonRead.Objects(file["users"]).Select(entry => new User { Name = Name(entry), UserCredentials = Credentials(entry["user"]) })],
    };

    private static string Name(JsonObject entry) => JsonRead.TextOrNumber(entry["name"]) ?? "";

    private static ClusterEndpoint? Endpoint(JsonNode? cluster) => cluster is not JsonObject ? null : new()
    {
        Server = JsonRead.Text(cluster["server"]),
        TlsServerName = JsonRead.Text(cluster["tls-server-name"]),
        SkipTlsVerify = JsonRead.IsTrue(cluster["insecure-skip-tls-verify"]),
        CertificateAuthority = JsonRead.Text(cluster["certificate-authority"]),
        CertificateAuthorityData = JsonRead.Text(cluster["certificate-authority-data"]),
    };

    private static ContextDetails? Details(JsonNode? context) => context is not JsonObject ? null : new()
    {
        Cluster = JsonRead.TextOrNumber(context["cluster"]),
        User = JsonRead.TextOrNumber(context["user"]),
        Namespace = JsonRead.TextOrNumber(context["namespace"]),
    };

    private static UserCredentials? Credentials(JsonNode? user) => user is not JsonObject ? null : new()
    {
        ClientCertificate = JsonRead.Text(user["client-certificate"]),
        ClientCertificateData = JsonRead.Text(user["client-certificate-data"]),
        ClientKey = JsonRead.Text(user["client-key"]),
        ClientKeyData = JsonRead.Text(user["client-key-data"]),
        Token = JsonRead.TextOrNumber(user["token"]),
        UserName = JsonRead.TextOrNumber(user["username"]),
        Password = JsonRead.TextOrNumber(user["password"]),
        AuthProvider = Provider(user["auth-provider"]),
        ExternalExecution = Execution(user["exec"]),
    };

    private static AuthProvider? Provider(JsonNode? provider) => provider is not JsonObject ? null : new()
    {
        Name = JsonRead.Text(provider["name"]),
        Config = new Dictionary<string, string>(JsonRead.Texts(provider["config"]), StringComparer.Ordinal),
    };

    private static ExternalExecution? Execution(JsonNode? execution) => execution is not JsonObject ? null : new()
    {
        ApiVersion = JsonRead.Text(execution["apiVersion"]),
        Command = JsonRead.Text(execution["command"]),
        Arguments = [.. (execution["args"] as JsonArray ?? []).Select(JsonRead.TextOrNumber).OfType<string>()],
        EnvironmentVariables = [.. JsonRead.Objects(execution["env"]).Select(variable => new Dictionary<string, string>(JsonRead.Texts(variable), StringComparer.Ordinal))],
        InstallHint = JsonRead.Text(execution["installHint"]),
        ProvideClusterInfo = JsonRead.IsTrue(execution["provideClusterInfo"]),
    };
}
