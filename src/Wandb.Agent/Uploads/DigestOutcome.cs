namespace Wandb.Agent.Uploads;

/// <summary>What reading a source gave.</summary>
internal abstract record DigestOutcome
{
    private DigestOutcome()
    {
    }

    /// <param name="Md5">Base64.</param>
    internal sealed record Known(long LengthBytes, string Md5) : DigestOutcome;

    internal sealed record Missing : DigestOutcome;

    internal sealed record Unreadable(string Reason) : DigestOutcome;
}
