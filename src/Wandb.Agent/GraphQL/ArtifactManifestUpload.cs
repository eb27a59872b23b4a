using System.Text.Json;

namespace Wandb.Agent.GraphQL;

/// <summary>A manifest on the server and, if it was asked for, where its content goes.</summary>
/// <param name="Url">Null if no upload was asked for.</param>
/// <param name="Headers">"Name:Value".</param>
internal sealed record ArtifactManifestUpload(string Id, string? Url, IReadOnlyList<string> Headers)
{
    /// <summary>Reads the payload that creating and updating have in common.</summary>
    internal static ArtifactManifestUpload? Read(JsonElement data, string field) =>
        data.At(field, "artifactManifest") is { } manifest && manifest.StringAt("id") is { } id
            ? new ArtifactManifestUpload(id, manifest.StringAt("file", "uploadUrl"), manifest.StringsAt("file", "uploadHeaders"))
            : null;
}
