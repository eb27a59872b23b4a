namespace Wandb.Agent.GraphQL;

/// <param name="Number">From 1.</param>
/// <param name="HexMd5">Hex MD5 of the part; when an upload is completed, the ETag that the storage answered.</param>
internal readonly record struct UploadPart(int Number, string HexMd5);
