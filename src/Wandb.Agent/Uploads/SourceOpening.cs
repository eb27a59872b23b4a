namespace Wandb.Agent.Uploads;

/// <summary>What opening a source gave.</summary>
internal abstract record SourceOpening
{
    private SourceOpening()
    {
    }

    /// <param name="Content">At the asked offset; the receiver disposes it.</param>
    /// <param name="LengthBytes">Of the whole source, at this moment.</param>
    internal sealed record Opened(Stream Content, long LengthBytes) : SourceOpening;

    /// <summary>Not there, or a link to something that is not there.</summary>
    internal sealed record Missing : SourceOpening;

    internal sealed record Unreadable(string Reason) : SourceOpening;
}
