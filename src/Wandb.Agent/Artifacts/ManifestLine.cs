using System.Text.Json;
using Wandb.Agent.GraphQL;

namespace Wandb.Agent.Artifacts;

/// <summary>Reads a line of a manifest file: the same members as in a manifest, plus "path" (core/pkg/artifacts/manifest.go).</summary>
internal static class ManifestLine
{
    /// <returns>Null if the line is no JSON object, or lacks path or digest.</returns>
    internal static ManifestEntry? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var entry = document.RootElement;
            if (entry.StringAt("path") is not { } path || entry.StringAt("digest") is not { } digest)
                return null;
            return new ManifestEntry(path, digest)
            {
                Ref = OrNull(entry.StringAt("ref")),
                SizeBytes = entry.IntegerAt("size") ?? 0,
                LocalPaths = OrNull(entry.StringAt("local_path")) is { } local ? [local] : [],
                BirthArtifactId = OrNull(entry.StringAt("birthArtifactID")),
                SkipCache = entry.TrueAt("skip_cache"),
                Extra = entry.At("extra") is { ValueKind: JsonValueKind.Object } extra
                    ? [.. extra.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value.GetRawText()))]
                    : [],
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
