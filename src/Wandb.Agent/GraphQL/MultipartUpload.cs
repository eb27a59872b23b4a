namespace Wandb.Agent.GraphQL;

/// <param name="PartUrls">Upload URL by part number.</param>
internal sealed record MultipartUpload(string UploadId, IReadOnlyDictionary<int, string> PartUrls);
