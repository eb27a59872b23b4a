namespace Wandb.Agent.Streaming;

/// <summary>A console line to send.</summary>
/// <param name="Line">Its number on the server.</param>
/// <param name="Text">As the server gets it.</param>
internal readonly record struct ConsoleChange(long Line, string Text);
