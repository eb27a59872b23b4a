namespace Wandb.Agent.GraphQL;

/// <summary>What the server has of a run.</summary>
internal sealed record RunResumeState
{
    internal required string StorageId { get; init; }

    /// <summary>The names under which the server keeps the run; null if it does not tell.</summary>
    internal string? Entity { get; init; }

    internal string? Project { get; init; }

    internal string? DisplayName { get; init; }

    /// <summary>The server's word: running, finished, crashed, failed…</summary>
    internal string? State { get; init; }

    /// <summary>JSON text; null if never set.</summary>
    internal string? Config { get; init; }

    /// <summary>JSON text; null if never set.</summary>
    internal string? Summary { get; init; }

    /// <summary>Lines of wandb-history.jsonl.</summary>
    internal long HistoryLines { get; init; }

    /// <summary>Lines of wandb-events.jsonl.</summary>
    internal long EventsLines { get; init; }

    /// <summary>Lines of output.log.</summary>
    internal long ConsoleLines { get; init; }

    /// <summary>Whether it has lines of the run, whosever they are.</summary>
    internal bool HasLines => HistoryLines > 0 || EventsLines > 0 || ConsoleLines > 0;

    /// <summary>The last lines of the history, oldest first; how many is up to the server, usually one. Empty if it told none.</summary>
    internal IReadOnlyList<string> HistoryTail { get; init; } = [];

    internal IReadOnlyList<string> EventsTail { get; init; } = [];
}
