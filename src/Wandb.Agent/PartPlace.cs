using Wandb.Agent.Checkpoints;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>Where the lines of a run file go on the server.</summary>
internal abstract record PartPlace
{
    private PartPlace()
    {
    }

    /// <param name="Lines">Where they go on.</param>
    /// <param name="Checkpoint">Where an earlier agent stopped, if what it left is true.</param>
    /// <param name="End">Where they must end; null: nowhere.</param>
    internal sealed record Found(StreamLines Lines, Checkpoint? Checkpoint, StreamEnds? End) : PartPlace;

    /// <summary>None of them may be sent; other files of the run may go on where their own checkpoints say.</summary>
    internal sealed record Closed(string Problem) : PartPlace;

    /// <summary>It cannot be told, nor for the files that follow.</summary>
    internal sealed record Unknown(string Problem) : PartPlace;
}
