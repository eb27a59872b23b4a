namespace Wandb.Agent.Streaming;

/// <summary>Where the lines of one stream file of one run file stand on the server.</summary>
/// <param name="Base">Server line number of our line 0: lines of earlier parts of a resumed run stand before it.</param>
/// <param name="Count">Our lines so far.</param>
/// <param name="OnServer">Server line numbers below this are there already and are not sent again.</param>
internal readonly record struct LineCounter(long Base, long Count, long OnServer)
{
    /// <summary>Server line number of the next line.</summary>
    public long Next => Base + Count;

    public bool NextIsOnServer => Next < OnServer;

    public LineCounter Advance() => this with { Count = Count + 1 };
}
