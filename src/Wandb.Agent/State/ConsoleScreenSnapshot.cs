namespace Wandb.Agent.State;

/// <summary>Everything a <see cref="ConsoleScreen"/> knows, what nobody has taken yet included.</summary>
internal sealed record ConsoleScreenSnapshot
{
    public required long FirstNumber { get; init; }

    public required long FinishedBytes { get; init; }

    public required ConsoleRowSnapshot[] Rows { get; init; }

    public required ConsoleLine[] Finished { get; init; }

    public required ConsoleLine[] FinishedChanges { get; init; }

    public required ConsoleTerminalSnapshot Output { get; init; }

    public required ConsoleTerminalSnapshot Error { get; init; }

    public required DateTimeOffset LastTime { get; init; }
}
