using Wandb.Agent.Streaming;

namespace Wandb.Agent.Checkpoints;

/// <summary>What is kept of a body when the server has it, and while it takes it in parts. Made when the body is sealed.</summary>
internal sealed record SealedBody
{
    /// <summary>Everything that was read; null when it is not to be kept.</summary>
    public required Checkpoint? Whole { get; init; }

    /// <summary>Where its console lines can be made again from; null: not known.</summary>
    public required ConsoleOrigin? Console { get; init; }

    /// <summary>Line numbers at the end of the body before it.</summary>
    public required StreamLines Begin { get; init; }

    /// <summary>Line numbers at its own end.</summary>
    public required StreamLines End { get; init; }

    /// <summary>What the server had refused by then.</summary>
    public required RefusedMark Refused { get; init; }

    /// <summary>The checkpoint when all of it is decided: the server has it, but for lines that it refused; those behind them have moved up.</summary>
    /// <param name="now">Line numbers as they are now.</param>
    public Checkpoint? Decided(StreamLines now) => Whole is null ? null : Whole with
    {
        History = Whole.History with { Base = now.History.Base },
        Events = Whole.Events with { Base = now.Events.Base },
    };

    /// <summary>The checkpoint while console lines of it are open, the last ones of a body: they wait, like those that did not go into it.</summary>
    /// <inheritdoc cref="Decided"/>
    public Checkpoint? DecidedInConsole(long next, StreamLines now) =>
        Console is null || Decided(now) is not { } whole ? null : whole with { ConsoleDue = Console with { FirstLine = next } };

    /// <summary>
    /// The checkpoint while rows or events of it are open: an earlier one, whose records are read again. What is decided counts as on the server, so
    /// that it is passed over and the next line has the number that it would have now.
    /// </summary>
    /// <param name="before">Of before the body.</param>
    /// <param name="now">Line numbers as they are now.</param>
    public Checkpoint DecidedInLines(BodyProgress progress, Checkpoint before, StreamLines now)
    {
        var rows = progress.File == StreamFiles.History ? progress.Next : now.History.Base + End.History.Count;
        var events = progress.File switch
        {
            StreamFiles.History => now.Events.Base + Begin.Events.Count,
            StreamFiles.Events => progress.Next,
            _ => now.Events.Base + End.Events.Count,
        };
        return before with
        {
            History = before.History with { Base = now.History.Base, OnServer = Math.Max(before.History.OnServer, rows) },
            Events = before.Events with { Base = now.Events.Base, OnServer = Math.Max(before.Events.OnServer, events) },
        };
    }
}
