using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>Artifacts of a state document.</summary>
internal static class ArtifactNormalForm
{
    private static readonly string[] Key = ["entity", "project", "name", "digest"];

    /// <summary>Sorted by entity, project, name, digest: the labels of the sequences count in that order.</summary>
    public static JsonArray FromAll(IEnumerable<JsonObject> artifacts)
    {
        var sequences = new Dictionary<string, string>(StringComparer.Ordinal);
        return new JsonArray([.. artifacts
            .OrderBy(artifact => string.Join('\0', Key.Select(part => artifact.Required(part).Text())), StringComparer.Ordinal)
            .Select(artifact => (JsonNode)From(artifact, sequences))]);
    }

    private static JsonObject From(JsonObject artifact, Dictionary<string, string> sequences)
    {
        string sequence = artifact["sequenceClientID"].Text() ?? "";
        if (!sequences.TryGetValue(sequence, out string? label))
        {
            sequences[sequence] = label = $"seq-{sequences.Count + 1}";
        }

        JsonObject? manifest = artifact.RequiredList("manifests").OfType<JsonObject>().LastOrDefault(written => written["content"] is not null);
        return new JsonObject
        {
            ["entity"] = artifact.CopyOf("entity"),
            ["project"] = artifact.CopyOf("project"),
            ["type"] = artifact.Required("type")?.DeepClone(),
            ["name"] = artifact.CopyOf("name"),
            ["digest"] = artifact.CopyOf("digest"),
            ["state"] = artifact.Required("state")?.DeepClone(),
            ["description"] = artifact.CopyUnlessEmpty("description"),
            ["metadata"] = artifact.CopyUnlessEmpty("metadata"),
            ["aliases"] = StateDocument.SortedTexts(artifact.RequiredList("aliases")),
            ["tags"] = StateDocument.SortedTexts(artifact.RequiredList("tags")),
            ["run"] = artifact.CopyOf("run"),
            ["sequence"] = label,
            ["client_id_length"] = artifact["clientID"].Text()?.Length ?? 0,
            ["ttl"] = artifact.CopyOf("ttlDurationSeconds"),
            ["manifest"] = manifest is null ? null : Manifest(manifest["content"]!),
            ["manifest_digest_ok"] = manifest?.CopyOf("digest_ok"),
            ["files"] = new JsonObject(artifact.RequiredObject("files").Select(File)),
        };
    }

    /// <summary>Without what says more about the client than about the content: its paths, and whether it used its cache.</summary>
    private static JsonNode Manifest(JsonNode content)
    {
        JsonNode manifest = content.DeepClone();
        if (manifest is JsonObject members)
        {
            members["contents"] ??= new JsonObject();
            foreach ((_, JsonNode? entry) in members["contents"]!.AsObject())
            {
                entry!.AsObject().Remove("local_path");
                entry!.AsObject().Remove("skip_cache");
            }
        }

        return manifest;
    }

    private static KeyValuePair<string, JsonNode?> File(KeyValuePair<string, JsonNode?> file)
    {
        JsonObject stored = file.Value!.AsObject();
        return KeyValuePair.Create<string, JsonNode?>(file.Key, new JsonObject
        {
            ["md5"] = stored.Required("md5")?.DeepClone(),
            ["received_md5"] = stored.Required("received_md5")?.DeepClone(),
            ["size"] = stored.Required("size")?.DeepClone(),
        });
    }
}
