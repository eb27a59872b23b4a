using System.Text.Json.Nodes;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>Volumes and mounts that we add.</summary>
internal static class RunVolumes
{
    public static JsonObject Shared(string name, StorageSettings? storage) =>
        storage?.PersistentVolumeClaim is { } claim
            ? new JsonObject { ["name"] = name, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim.ClaimName } }
            : EmptyDir(name, storage?.EmptyDir?.SizeLimit);

    public static JsonObject EmptyDir(string name, string? sizeLimit = null) =>
        new() { ["name"] = name, ["emptyDir"] = sizeLimit is null ? [] : new JsonObject { ["sizeLimit"] = sizeLimit } };

    /// <summary>A missing Secret must not hold up the training: the agent tells it.</summary>
    public static JsonObject Key(string name, SecretKeyReference key) =>
        new()
        {
            ["name"] = name,
            ["secret"] = new JsonObject
            {
                ["secretName"] = key.Name,
                ["items"] = new JsonArray(new JsonObject { ["key"] = key.KeyOrDefault, ["path"] = KeyFile }),
                ["optional"] = true,
            },
        };

    /// <inheritdoc cref="Key"/>
    public static JsonObject ServerCa(string name, ConfigMapKeyReference bundle) =>
        new()
        {
            ["name"] = name,
            ["configMap"] = new JsonObject
            {
                ["name"] = bundle.Name,
                ["items"] = new JsonArray(new JsonObject { ["key"] = bundle.KeyOrDefault, ["path"] = ServerCaFile }),
                ["optional"] = true,
            },
        };

    /// <summary>A file that is an annotation of the pod itself.</summary>
    public static JsonObject Annotation(string name, string key, string file) =>
        new()
        {
            ["name"] = name,
            ["downwardAPI"] = new JsonObject
            {
                ["items"] = new JsonArray(new JsonObject
                {
                    ["path"] = file,
                    ["fieldRef"] = new JsonObject { ["fieldPath"] = $"metadata.annotations['{key}']" },
                }),
            },
        };

    public static JsonObject Mount(string volume, string path, bool isReadOnly = false)
    {
        var mount = new JsonObject { ["name"] = volume, ["mountPath"] = path };
        if (isReadOnly)
            mount["readOnly"] = true;
        return mount;
    }

    public const string KeyFile = "api-key";
    public const string ServerCaFile = "ca.crt";
}
