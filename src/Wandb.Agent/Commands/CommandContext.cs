using Wandb.Agent.Http;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Commands;

/// <summary>What a command sees of the world around it; nothing else reads the process's environment or writes to its streams.</summary>
internal sealed record CommandContext
{
    /// <summary>Results; with <c>--output json</c> nothing but JSON.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Errors, and with <c>--output json</c> everything that is no result.</summary>
    public required TextWriter Error { get; init; }

    public required IReadOnlyDictionary<string, string?> Environment { get; init; }

    /// <summary>Where relative paths begin. Empty means the process's own working directory; paths are then shown as the user wrote them.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>The terminal that <see cref="Output"/> writes to; null when it is a pipe or a file.</summary>
    public Terminal? Terminal { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Waits and limits of requests.</summary>
    public WandbHttpOptions Http { get; init; } = new();

    /// <summary>Where and how the agent keeps its own files.</summary>
    public SyncEnvironment Sync
    {
        get => field ?? new SyncEnvironment(StateRoot.Of(this));
        init;
    }

    /// <summary>A variable's value; null when it is not set or empty.</summary>
    public string? Variable(string name) => Environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
}
