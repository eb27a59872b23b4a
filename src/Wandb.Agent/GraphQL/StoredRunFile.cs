namespace Wandb.Agent.GraphQL;

/// <param name="Md5">Base64 MD5; null if the server does not tell.</param>
/// <param name="SizeBytes">Null if the server does not tell.</param>
internal sealed record StoredRunFile(string Name, string? Md5, long? SizeBytes);
