using System.Text.Json;

namespace Wandb.Agent.GraphQL;

/// <summary>Announces files of an artifact and gets a URL for each that the server has not got yet.</summary>
internal static class CreateArtifactFiles
{
    private const string Document =
        """
        mutation CreateArtifactFiles($artifactFiles: [CreateArtifactFileSpecInput!]!, $storageLayout: ArtifactStorageLayout!) {
          createArtifactFiles(input: {artifactFiles: $artifactFiles, storageLayout: $storageLayout}) {
            files {
              edges {
                node {
                  storagePath uploadUrl uploadHeaders
                  uploadMultipartUrls { uploadID uploadUrlParts { partNumber uploadUrl } }
                  artifact { id }
                }
              }
            }
          }
        }
        """;

    /// <returns>An answer with another number of files than were asked for counts as none.</returns>
    internal static GraphQLRequest<ArtifactFileUploads> Request(string artifactId, string manifestId, IReadOnlyList<ArtifactFileSpec> files) => new(
        "CreateArtifactFiles",
        Document,
        json => Write(json, artifactId, manifestId, files),
        data => Read(data, files.Count));

    private static void Write(Utf8JsonWriter json, string artifactId, string manifestId, IReadOnlyList<ArtifactFileSpec> files)
    {
        json.WriteStartArray("artifactFiles");
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("artifactID", artifactId);
            json.WriteString("artifactManifestID", manifestId);
            json.WriteString("name", file.Name);
            json.WriteString("md5", file.Md5);
            json.WriteText("mimetype", file.MimeType);
            if (file.Parts is { } parts)
                WriteParts(json, "uploadPartsInput", parts);
            else
                json.WriteNull("uploadPartsInput");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("storageLayout", "V2");
    }

    internal static void WriteParts(Utf8JsonWriter json, string name, IReadOnlyList<UploadPart> parts)
    {
        json.WriteStartArray(name);
        foreach (var part in parts)
        {
            json.WriteStartObject();
            json.WriteNumber("partNumber", part.Number);
            json.WriteString("hexMD5", part.HexMd5);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ArtifactFileUploads? Read(JsonElement data, int count)
    {
        var files = new List<ArtifactFileUpload>(count);
        foreach (var edge in data.ItemsAt("createArtifactFiles", "files", "edges"))
        {
            if (edge.At("node") is not { } node || node.StringAt("artifact", "id") is not { } birth)
                return null;
            files.Add(new ArtifactFileUpload(
                birth, node.StringAt("storagePath"), node.StringAt("uploadUrl"), node.StringsAt("uploadHeaders"), ReadMultipart(node)));
        }

        return files.Count == count ? new ArtifactFileUploads(files) : null;
    }

    private static MultipartUpload? ReadMultipart(JsonElement node)
    {
        if (node.At("uploadMultipartUrls") is not { } multipart || multipart.StringAt("uploadID") is not { } id)
            return null;
        var urls = new Dictionary<int, string>();
        foreach (var part in multipart.ItemsAt("uploadUrlParts"))
        {
            if (part.IntegerAt("partNumber") is { } number && part.StringAt("uploadUrl") is { } url)
                urls[(int)number] = url;
        }

        return new MultipartUpload(id, urls);
    }
}
