namespace Wandb.Agent.Http;

/// <summary>How a request ended after all its tries.</summary>
internal abstract record HttpOutcome
{
    private HttpOutcome()
    {
    }

    /// <summary>Status 200 to 299.</summary>
    /// <param name="ETag">As the server sent it, quotes included; null without one.</param>
    internal sealed record Answer(int Status, byte[] Body, string? ETag) : HttpOutcome;

    /// <summary>Refused for good.</summary>
    /// <param name="Message">The server's own words, at most 500 characters, without the key.</param>
    internal sealed record Rejected(int Status, string Message) : HttpOutcome;

    /// <summary>Not done yet; it may work another time.</summary>
    internal sealed record GaveUp(int Tries, string LastReason) : HttpOutcome
    {
        /// <inheritdoc cref="AttemptFailure.Untrusted"/>
        internal bool IsUntrusted { get; init; }
    }

    /// <summary>The body could not be read to its end (see <see cref="BodyUnavailableException"/>); the server has not got it.</summary>
    internal sealed record BodyUnavailable(string Reason) : HttpOutcome;
}
