using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.Artifacts;

/// <summary>Sends the content of one entry, in one piece or in parts. Safe for concurrent use.</summary>
internal sealed class ArtifactFilePut(GraphQLClient graphql, FilePut put, ArtifactUploadOptions options)
{
    internal async Task<StoreOutcome> SendAsync(ManifestEntry entry, FileContent content, ArtifactFileUpload upload, CancellationToken ct)
    {
        if (content.Problem is { } problem)
            return new StoreOutcome.Unusable(problem);
        var headers = UploadHeaders.Parse(upload.Headers);
        if (content.Parts is { } parts && upload.Multipart is { } multipart)
            return await SendPartsAsync(entry, content, parts, upload, multipart, ct);
        if (upload.Url is not { } url)
            return NotStored("the server gave no URL");

        // Wrong content must not even reach the storage, so it is read before it is sent.
        if (await content.CompareAsync(entry, ct) is { } difference)
            return new StoreOutcome.Unusable(difference);
        return StoreOutcome.From(await put.SendAsync(entry.Path, url, headers, new SourceSlice(content.Source, 0, content.LengthBytes, entry.Digest), ct));
    }

    private async Task<StoreOutcome> SendPartsAsync(
        ManifestEntry entry, FileContent content, IReadOnlyList<UploadPart> parts, ArtifactFileUpload upload, MultipartUpload multipart, CancellationToken ct)
    {
        if (upload.StoragePath is not { } storagePath || !parts.All(part => multipart.PartUrls.ContainsKey(part.Number)))
            return NotStored("the server gave no URL for some part");
        var contentType = UploadHeaders.Parse(upload.Headers).FirstOrDefault(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        var outcomes = new PutOutcome[parts.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, parts.Count),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = ct },
            async (index, token) =>
            {
                var part = parts[index];
                var md5 = Convert.ToBase64String(Convert.FromHexString(part.HexMd5));
                var offset = index * content.PartBytes;
                var slice = new SourceSlice(content.Source, offset, Math.Min(content.PartBytes, content.LengthBytes - offset), md5);
                outcomes[index] = await put.SendAsync(
                    $"{entry.Path} ({part.Number}/{parts.Count})", multipart.PartUrls[part.Number], PartHeaders(md5, contentType), slice, token);
            });

        var completed = new List<UploadPart>(parts.Count);
        foreach (var (outcome, part) in outcomes.Zip(parts))
        {
            if (outcome is not PutOutcome.Stored stored)
                return StoreOutcome.From(outcome);
            if (stored.ETag is not { Length: > 0 } etag)
                return NotStored($"the storage confirmed part {part.Number} without an ETag");
            completed.Add(part with { HexMd5 = etag });
        }

        var answer = await graphql.SendAsync(
            CompleteMultipartUploadArtifact.Request(completed, upload.BirthArtifactId, storagePath, multipart.UploadId), ct);
        return answer.TryGet(out _, out var failure) ? new StoreOutcome.Stored() : new StoreOutcome.NotStored(failure);
    }

    private static List<KeyValuePair<string, string>> PartHeaders(string md5, string? contentType)
    {
        var headers = new List<KeyValuePair<string, string>> { KeyValuePair.Create("Content-MD5", md5) };
        if (contentType is not null)
            headers.Add(KeyValuePair.Create("Content-Type", contentType));
        return headers;
    }

    private static StoreOutcome.NotStored NotStored(string message) => new(new ApiFailure.Refused(RefusalKind.Other, null, message));
}
