using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.Http;

/// <summary>Headers of a PUT that an object store looks at; null where absent.</summary>
internal sealed record UploadHeaders(bool HasAuthorization, bool HasLength, string? Signed, string? ContentType, string? ContentMd5);

/// <summary>Takes a finished upload into the state, or says why not. Runs under the state's gate.</summary>
internal sealed class UploadOperation(BackendState state)
{
    public BackendAnswer Apply(string method, string token, UploadHeaders headers, ReceivedUpload upload)
    {
        var target = state.Target(token);
        if (Refusal(method, target, headers, upload) is { } refusal)
        {
            state.Problem($"PUT of {target?.Name ?? "something unknown"}: {refusal.Reason}");
            return BackendAnswer.Text(refusal.Status, refusal.Reason);
        }

        Store(target!, upload);
        return BackendAnswer.Text(200, "", new Dictionary<string, string>(StringComparer.Ordinal) { ["ETag"] = $"\"{upload.Md5Hex}\"" }) with
        {
            Detail = new JsonObject { ["target"] = target!.Kind, ["name"] = target.Name, ["size"] = upload.SizeBytes, ["md5"] = upload.Md5Base64 },
        };
    }

    // Status and words of S3.
    private (int Status, string Reason)? Refusal(string method, UploadTarget? target, UploadHeaders headers, ReceivedUpload upload)
    {
        if (method != "PUT")
        {
            return (405, "MethodNotAllowed");
        }

        if (headers.HasAuthorization)
        {
            state.Counts.AuthOnStorage++;
            return (400, "InvalidArgument: Only one auth mechanism allowed");
        }

        if (target is null)
        {
            return (403, "AccessDenied: this URL was not given out");
        }

        if (!headers.HasLength)
        {
            return (411, "MissingContentLength");
        }

        // Parts are signed without headers, as S3 signs them.
        if (target is not UploadTarget.Part && headers.Signed != target.Kind)
        {
            state.Counts.MissingUploadHeaders++;
            return (403, "SignatureDoesNotMatch: an upload header is missing");
        }

        if (target is UploadTarget.ArtifactFile { MimeType: { } type } && headers.ContentType != type)
        {
            state.Counts.MissingUploadHeaders++;
            return (403, "SignatureDoesNotMatch: another Content-Type was signed");
        }

        return headers.ContentMd5 is { } md5 && md5 != upload.Md5Base64 ? (400, "BadDigest") : null;
    }

    private void Store(UploadTarget target, ReceivedUpload upload)
    {
        switch (target)
        {
            case UploadTarget.RunFile file:
                StorageFolder.Move(upload.TemporaryPath, state.Folder.RunFilePath(file.Run, file.Path));
                var run = state.Run(file.Run)!;
                run.Record.Files[file.Path] = new RunFile(
                    1 + (run.Record.Files.GetValueOrDefault(file.Path)?.Puts ?? 0), upload.SizeBytes, upload.Md5Base64);
                run.Record.Count("put", upload.SizeBytes);
                state.Save(run);
                break;
            case UploadTarget.Manifest manifest:
                StorageFolder.Move(upload.TemporaryPath, state.Folder.ManifestPath(manifest.ArtifactId, manifest.ManifestId));
                var owner = state.Artifact(manifest.ArtifactId)!;
                owner.Manifests.Find(known => known.Id == manifest.ManifestId)!.ReceivedMd5 = upload.Md5Base64;
                state.Save(owner);
                break;
            case UploadTarget.ArtifactFile file:
                StoreArtifactFile(state.Artifact(file.ArtifactId)!, file.Path, upload);
                break;
            case UploadTarget.Part part:
                StorePart(part, upload);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void StoreArtifactFile(ArtifactRecord artifact, string path, ReceivedUpload upload)
    {
        StorageFolder.Move(upload.TemporaryPath, state.Folder.ArtifactFilePath(artifact.Id, path));
        var file = artifact.Files[path];
        (file.ReceivedMd5, file.SizeBytes) = (upload.Md5Base64, upload.SizeBytes);
        file.Puts++;
        if (file.Md5 != file.ReceivedMd5)
        {
            state.Problem($"artifact file {path}: the content does not match its announced MD5");
        }

        state.Save(artifact);
    }

    private void StorePart(UploadTarget.Part part, ReceivedUpload upload)
    {
        if (!state.TryGetParts(part.UploadId, out var parts))
        {
            return; // completed meanwhile: a late repeat changes nothing, its file goes with the rest of the request
        }

        if (parts.TryGetValue(part.Number, out var old))
        {
            File.Delete(old.TemporaryPath);
        }

        // Out of the way of the request's own clean-up.
        var kept = state.Folder.NextUpload();
        File.Move(upload.TemporaryPath, kept);
        parts[part.Number] = upload with { TemporaryPath = kept };
    }
}
