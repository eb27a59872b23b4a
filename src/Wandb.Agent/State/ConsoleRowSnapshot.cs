namespace Wandb.Agent.State;

/// <param name="IsFinished">Whether the text came finished and so is kept as it is.</param>
/// <param name="IsChanged">Whether the line has not been handed out since it changed.</param>
internal sealed record ConsoleRowSnapshot(string Text, bool IsFinished, bool IsError, DateTimeOffset Time, string? Label, bool IsChanged);
