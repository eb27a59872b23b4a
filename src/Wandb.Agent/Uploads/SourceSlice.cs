namespace Wandb.Agent.Uploads;

/// <summary>Bytes to send: a part of a source, and what they were when they were looked at.</summary>
/// <param name="Md5">Base64 MD5 of the part.</param>
internal sealed record SourceSlice(UploadSource Source, long OffsetBytes, long LengthBytes, string Md5);
