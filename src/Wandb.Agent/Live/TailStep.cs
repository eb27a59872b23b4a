namespace Wandb.Agent.Live;

/// <summary>What a followed run needs next.</summary>
internal abstract record TailStep
{
    private TailStep()
    {
    }

    /// <summary>There is more to read or to send.</summary>
    internal sealed record GoOn : TailStep;

    /// <summary>Nothing happened for so long that the server must be told that the run lives.</summary>
    internal sealed record Heartbeat : TailStep;

    /// <summary>The file is complete, or following it was ended: what is left over may be judged.</summary>
    internal sealed record Ended : TailStep;

    /// <summary>The file shrank, was removed, or another one stands in its place: what is read of it proves nothing any more.</summary>
    internal sealed record AnotherFile : TailStep;
}
