namespace Wandb.Agent.Uploads;

/// <summary>How a PUT ended after all its tries.</summary>
internal abstract record PutOutcome
{
    private PutOutcome()
    {
    }

    /// <param name="ETag">As the storage sent it; null without one.</param>
    internal sealed record Stored(int Status, string? ETag) : PutOutcome;

    /// <summary>The content is no longer what it was; nothing was stored.</summary>
    internal sealed record SourceChanged(string Reason) : PutOutcome;

    /// <param name="Status">Null if the upload URL makes no sense.</param>
    internal sealed record Refused(int? Status, string Message) : PutOutcome;

    internal sealed record GaveUp(int Tries, string LastReason) : PutOutcome;
}
