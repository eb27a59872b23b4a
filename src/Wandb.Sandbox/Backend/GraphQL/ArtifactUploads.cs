using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>Root fields about the content of artifacts: manifests, files, multipart uploads.</summary>
internal sealed class ArtifactUploads(BackendState state, ProjectAccess access, UploadUrls urls)
{
    // What an object store assumes when a client names no type; it is part of what the URL is signed for.
    private const string DefaultContentType = "application/octet-stream";

    public Resolution CreateManifest(JsonObject input)
    {
        if (state.Artifact(input.Text("artifactID")) is not { } artifact)
        {
            return new Resolution.Failed("createArtifactManifest: artifact not found");
        }

        var (name, type) = (input.Text("name") ?? "", input.Text("type"));
        var id = StableId.Of("ArtifactManifest", artifact.Id, name, type ?? "None");
        var manifest = artifact.Manifests.FirstOrDefault(known => known.Id == id);
        if (manifest is null)
        {
            manifest = new ManifestRecord { Id = id, ArtifactId = artifact.Id, Name = name, Type = type };
            artifact.Manifests.Add(manifest);
        }

        manifest.BaseArtifactId = input.Text("baseArtifactID");
        return Announce(artifact, manifest, input.Text("digest"), state.Run(access.Key(input)));
    }

    public Resolution UpdateManifest(JsonObject input)
    {
        var id = input.Text("artifactManifestID");
        var artifact = state.Artifacts.FirstOrDefault(artifact => artifact.Manifests.Exists(manifest => manifest.Id == id));
        if (artifact?.Manifests.Find(manifest => manifest.Id == id) is not { } manifest)
        {
            return new Resolution.Failed("updateArtifactManifest: manifest not found");
        }

        if (input.ContainsKey("baseArtifactID"))
        {
            manifest.BaseArtifactId = input.Text("baseArtifactID");
        }

        return Announce(artifact, manifest, input.Text("digest"), null);
    }

    public Resolution CreateFiles(JsonObject input)
    {
        var specs = input.Objects("artifactFiles").ToList();
        if (specs.Exists(spec => state.Artifact(spec.Text("artifactID")) is null))
        {
            return new Resolution.Failed("createArtifactFiles: artifact not found");
        }

        var nodes = specs.Select(spec => CreateFile(state.Artifact(spec.Text("artifactID"))!, spec)).ToList();
        foreach (var id in specs.Select(spec => spec.Text("artifactID")).Distinct(StringComparer.Ordinal))
        {
            state.Save(state.Artifact(id)!);
        }

        return new Resolution.Resolved(new GraphQLObject("CreateArtifactFilesPayload")
        {
            {
                "files", new GraphQLObject("FileConnection")
                {
                    { "edges", nodes.Select(node => new GraphQLObject("FileEdge") { { "node", node } }).ToList() },
                }
            },
        });
    }

    public Resolution CompleteMultipart(JsonObject input)
    {
        var uploadId = input.Text("uploadID") ?? "";
        if (!state.TryGetParts(uploadId, out var parts) || state.Artifact(input.Text("artifactID")) is not { } artifact
            || artifact.Files.FirstOrDefault(file => UploadId(artifact, file.Key) == uploadId) is not { Value: { } file } named)
        {
            return new Resolution.Failed("completeMultipartUploadArtifact: upload not found");
        }

        var completed = input.Objects("completedParts").ToList();
        foreach (var part in completed)
        {
            if (ArtifactOperations.Number(part, "partNumber") is not { } number || !parts.TryGetValue(number, out var received)
                || part.Text("hexMD5")?.Trim('"') != received.Md5Hex)
            {
                state.Problem($"multipart upload of {named.Key}: part {part.Text("partNumber")} is missing or has another MD5");
                return new Resolution.Failed($"completeMultipartUploadArtifact: part {part.Text("partNumber")} is missing or has another MD5");
            }
        }

        if (completed.Count != parts.Count)
        {
            state.Problem($"multipart upload of {named.Key}: {completed.Count} of {parts.Count} parts were named");
        }

        var whole = ReceivedUpload.Join(completed.Select(part => ArtifactOperations.Number(part, "partNumber")!.Value).Order().Select(n => parts[n]), state.Folder.NextUpload());
        StorageFolder.Move(whole.TemporaryPath, state.Folder.ArtifactFilePath(artifact.Id, named.Key));
        (file.ReceivedMd5, file.SizeBytes, file.Parts) = (whole.Md5Base64, whole.SizeBytes, completed.Count);
        file.Puts++;
        state.EndParts(uploadId);
        state.Save(artifact);
        return new Resolution.Resolved(new GraphQLObject("CompleteMultipartUploadArtifactPayload") { { "digest", whole.Md5Base64 } });
    }

    private Resolution.Resolved Announce(ArtifactRecord artifact, ManifestRecord manifest, string? digest, StoredRun? run)
    {
        manifest.Calls++;
        manifest.Digest = digest is { Length: > 0 } ? digest : manifest.Digest;
        state.Save(artifact);
        return new Resolution.Resolved(new GraphQLObject("ArtifactManifestPayload")
        {
            {
                "artifactManifest", new GraphQLObject("ArtifactManifest")
                {
                    { "id", manifest.Id },
                    { "digest", manifest.Digest },
                    {
                        "file", new GraphQLObject("File")
                        {
                            { "id", StableId.Of("File", manifest.Id) },
                            { "name", manifest.Name },
                            { "uploadUrl", () => urls.For(new UploadTarget.Manifest(artifact.Id, manifest.Id, manifest.Name)) },
                            { "uploadHeaders", UploadUrls.Headers("manifest", null) },
                        }
                    },
                }
            },
        })
        {
            Run = run,
        };
    }

    private GraphQLObject CreateFile(ArtifactRecord artifact, JsonObject spec)
    {
        var name = spec.Text("name") ?? "";
        if (!artifact.Files.TryGetValue(name, out var file))
        {
            artifact.Files[name] = file = new ArtifactFile();
        }

        (file.Md5, file.MimeType) = (spec.Text("md5"), spec.Text("mimetype"));
        var contentType = file.MimeType ?? DefaultContentType;
        var isThere = file.ReceivedMd5 is not null && file.ReceivedMd5 == file.Md5;
        return new GraphQLObject("File")
        {
            { "id", StableId.Of("File", artifact.Id, name) },
            { "name", name },
            { "md5", file.Md5 },
            { "storagePath", $"wandb_artifacts/{artifact.Id}/{name}" },
            { "uploadUrl", isThere ? null : urls.For(new UploadTarget.ArtifactFile(artifact.Id, name, contentType)) },
            { "uploadHeaders", UploadUrls.Headers("artifact", contentType) },
            { "uploadMultipartUrls", isThere ? null : Multipart(artifact, name, spec) },
            { "artifact", ArtifactView.Of(artifact, state) },
        };
    }

    private GraphQLObject? Multipart(ArtifactRecord artifact, string name, JsonObject spec)
    {
        var numbers = spec.Objects("uploadPartsInput").Select(part => ArtifactOperations.Number(part, "partNumber")).OfType<int>().ToList();
        if (numbers.Count == 0)
        {
            return null;
        }

        var id = UploadId(artifact, name);
        state.BeginParts(id);
        return new GraphQLObject("UploadMultipartUrls")
        {
            { "uploadID", id },
            {
                "uploadUrlParts", numbers.Select(number => new GraphQLObject("UploadUrlPart")
                {
                    { "partNumber", number }, { "uploadUrl", urls.For(new UploadTarget.Part(id, number)) },
                }).ToList()
            },
        };
    }

    private static string UploadId(ArtifactRecord artifact, string name) => StableId.Of("Upload", artifact.Id, name);
}
