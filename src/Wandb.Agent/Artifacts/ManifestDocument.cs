using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Wandb.Agent.Artifacts;

/// <summary>
/// Writes the manifest that goes to the server:
/// <c>{"version", "storagePolicy", "storagePolicyConfig": {"storageLayout": "V2", "storageRegion"?}, "contents": {path:
/// {"digest", "ref"?, "size", "birthArtifactID"?, "skip_cache", "extra"?}}}</c>.
/// Paths of the trainer's machine are left out.
/// </summary>
internal static class ManifestDocument
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static ReadOnlyMemory<byte> Write(ArtifactPlan plan, IEnumerable<ManifestEntry> entries)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Writing);
        json.WriteStartObject();
        json.WriteNumber("version", plan.ManifestVersion);
        json.WriteString("storagePolicy", plan.StoragePolicy);
        json.WriteStartObject("storagePolicyConfig");
        json.WriteString("storageLayout", "V2");
        if (plan.Create.StorageRegion is { } region)
            json.WriteString("storageRegion", region);
        json.WriteEndObject();
        json.WriteStartObject("contents");
        foreach (var entry in entries)
            Write(json, entry);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, ManifestEntry entry)
    {
        json.WriteStartObject(entry.Path);
        json.WriteString("digest", entry.Digest);
        if (entry.Ref is { } reference)
            json.WriteString("ref", reference);
        json.WriteNumber("size", entry.SizeBytes);
        if (entry.BirthArtifactId is { } birth)
            json.WriteString("birthArtifactID", birth);
        json.WriteBoolean("skip_cache", entry.SkipCache);
        if (entry.Extra.Count > 0)
        {
            json.WriteStartObject("extra");
            foreach (var (name, value) in entry.Extra)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
