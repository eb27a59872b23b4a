namespace Wandb.Agent.RunFiles;

/// <summary>A directory, named pipe, socket or device stands where a file is read.</summary>
internal sealed class NotRegularFileException() : IOException("not a regular file");
