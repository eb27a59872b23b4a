namespace Wandb.Agent.State;

/// <param name="Record">The merged record in protobuf's wire format.</param>
internal sealed record EnvironmentSnapshot(byte[] Record);
