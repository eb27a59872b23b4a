namespace Wandb.Agent.Streaming;

/// <summary>How a file-stream request ended after all its tries.</summary>
internal abstract record StreamOutcome
{
    private StreamOutcome()
    {
    }

    /// <summary>The server has the lines.</summary>
    /// <param name="StopRequested">A person pressed Stop in the W&amp;B page of the run.</param>
    internal sealed record Accepted(bool StopRequested) : StreamOutcome;

    /// <summary>Refused for good: the same body would be refused again.</summary>
    /// <param name="Message">The server's own words, at most 500 characters.</param>
    internal sealed record Rejected(int Status, string Message) : StreamOutcome;

    /// <summary>Not delivered, or delivered without an answer. Sending the same body again is harmless: its lines have offsets.</summary>
    internal sealed record GaveUp(int Tries, string LastReason) : StreamOutcome;
}
