namespace Wandb.Agent.RunFiles;

/// <summary>A path that gives no run file.</summary>
/// <param name="Path">As the user wrote it, or the run directory below it.</param>
/// <param name="Reason">A few words: <c>no such file or directory</c>.</param>
internal sealed record PathProblem(string Path, string Reason);
