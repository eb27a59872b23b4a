using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>The volumes of one pod as folders of the host. Secrets and ConfigMaps are written once, at the pod's start.</summary>
/// <param name="folder">The pod's own.</param>
/// <param name="claims">Folder of all PersistentVolumeClaims: they outlive pods.</param>
internal sealed class PodVolumes(ClusterParts parts, JsonObject pod, string folder, string claims)
{
    private static readonly string[] Written = ["projected", "downwardAPI", "secret", "configMap"];

    private readonly Dictionary<string, string> folders = new(StringComparer.Ordinal);

    /// <returns>"" or what is missing.</returns>
    public string Prepare()
    {
        foreach (var volume in pod.Objects("spec", "volumes"))
        {
            var name = volume.Text("name") ?? "";
            if (volume.Text("persistentVolumeClaim", "claimName") is { } claim)
            {
                if (parts.Store.Get(BuiltInKinds.Claims.Id, pod.Namespace(), claim) is null)
                {
                    return $"persistentvolumeclaim \"{claim}\" not found";
                }

                folders[name] = Path.Combine(claims, pod.Namespace(), claim);
                Directory.CreateDirectory(folders[name]);
                continue;
            }

            folders[name] = Path.Combine(folder, "volumes", name);
            Directory.CreateDirectory(folders[name]);
            if (Written.Any(kind => volume[kind] is not null) && WriteVolume(folders[name], volume) is { Length: > 0 } missing)
            {
                return missing;
            }
        }

        return "";
    }

    /// <summary>Data of a Secret or ConfigMap of the pod's namespace as text.</summary>
    public IReadOnlyDictionary<string, string>? Data(string kind, string name)
    {
        if (parts.Store.Get(kind, pod.Namespace(), name)?.Parse() is not { } node)
        {
            return null;
        }

        return node.Pairs("data").ToDictionary(
            pair => pair.Key, pair => kind == "secrets" ? Encoding.UTF8.GetString(Convert.FromBase64String(pair.Value)) : pair.Value, StringComparer.Ordinal);
    }

    public PathMap MapFor(JsonObject container) => new(container.Objects("volumeMounts").Select(mount =>
    {
        var target = folders.GetValueOrDefault(mount.Text("name") ?? "", folder);
        var path = mount.Text("subPath") is { Length: > 0 } sub ? Path.Combine(target, sub) : target;
        if (!Path.Exists(path))
        {
            Directory.CreateDirectory(path);
        }

        return (mount.Text("mountPath") ?? "", path);
    }));

    /// <summary>Removes what ends with the pod: everything but claims.</summary>
    public void Remove()
    {
        if (Directory.Exists(Path.Combine(folder, "volumes")))
        {
            Directory.Delete(Path.Combine(folder, "volumes"), recursive: true);
        }
    }

    /// <summary>As the kubelet does: the files lie in a folder that a link, `..data`, leads to, and what programs open are links through that.</summary>
    private string WriteVolume(string target, JsonObject volume)
    {
        var payload = Path.Combine(target, "..1");
        if (Directory.Exists(payload))
        {
            return ""; // Of a pod that was prepared before and had to wait for another volume.
        }

        Directory.CreateDirectory(payload);
        JsonObject[] sources = volume["projected"] is { } projected ? [.. projected.Objects("sources")] : [volume];
        if (sources.Select(source => WriteSource(payload, source)).FirstOrDefault(problem => problem.Length > 0) is { } missing)
        {
            Directory.Delete(payload, recursive: true);
            return missing;
        }

        Directory.CreateSymbolicLink(Path.Combine(target, "..data"), "..1");
        foreach (var entry in Directory.EnumerateFileSystemEntries(payload).Select(Path.GetFileName))
        {
            File.CreateSymbolicLink(Path.Combine(target, entry!), Path.Combine("..data", entry!));
        }

        return "";
    }

    private string WriteSource(string target, JsonObject source)
    {
        if (source["serviceAccountToken"] is { } token)
        {
            var account = parts.Store.Get(BuiltInKinds.ServiceAccounts.Id, pod.Namespace(), pod.Text("spec", "serviceAccountName") ?? "default");
            if (account is null)
            {
                return $"serviceaccount \"{pod.Text("spec", "serviceAccountName")}\" not found";
            }

            var audience = token.Text("audience");
            var (text, _) = parts.Tokens.Issue(
                account.Parse(), pod, audience is null ? [] : [audience], TimeSpan.FromSeconds(token.Number("expirationSeconds") ?? 3600));
            File.WriteAllText(Path.Combine(target, token.Text("path") ?? "token"), text);
            return "";
        }

        if ((source["downwardAPI"]) is { } downward)
        {
            foreach (var item in downward.Objects("items"))
            {
                File.WriteAllText(Path.Combine(target, item.Text("path") ?? ""), ContainerEnvironment.Field(pod, item.Text("fieldRef", "fieldPath") ?? ""));
            }

            return "";
        }

        // A Secret's name has two spellings: secretName as a volume, name in a projection.
        var (kind, reference) = source["secret"] is { } secret ? ("secrets", secret) : ("configmaps", source["configMap"]);
        return reference is null ? "" : WriteData(target, kind, reference);
    }

    private string WriteData(string target, string kind, JsonNode reference)
    {
        var name = reference.Text("secretName") ?? reference.Text("name") ?? "";
        if (parts.Store.Get(kind, pod.Namespace(), name)?.Parse() is not { } node)
        {
            return reference.Flag("optional") ? "" : $"{kind[..^1]} \"{name}\" not found";
        }

        var items = reference.Objects("items").ToDictionary(item => item.Text("key") ?? "", item => item.Text("path") ?? "", StringComparer.Ordinal);
        foreach (var (key, value) in node.Pairs("data").Where(pair => items.Count == 0 || items.ContainsKey(pair.Key)))
        {
            var path = Path.Combine(target, items.GetValueOrDefault(key, key));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, kind == "secrets" ? Convert.FromBase64String(value) : Encoding.UTF8.GetBytes(value));
        }

        return "";
    }
}
