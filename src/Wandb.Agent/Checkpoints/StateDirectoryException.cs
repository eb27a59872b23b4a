namespace Wandb.Agent.Checkpoints;

/// <summary>The agent has no place for its own files; the message says where it looked and what to do.</summary>
internal sealed class StateDirectoryException(string message, Exception inner) : IOException(message, inner);
