using Wandb.Agent.Http;

namespace Wandb.Agent;

/// <summary>How the reading and sending of a run file's records ended.</summary>
internal abstract record RecordsEnd
{
    private RecordsEnd()
    {
    }

    /// <summary>Everything that was read is acknowledged.</summary>
    internal sealed record Sent : RecordsEnd;

    /// <summary>The file shrank, was removed or was replaced while it was followed.</summary>
    internal sealed record AnotherFile : RecordsEnd;

    /// <summary>The file has grown, and lines of another part stand where its own would go; what was sent before is on the server.</summary>
    internal sealed record LinesTaken : RecordsEnd;

    /// <summary>The server takes no more for this run.</summary>
    internal sealed record Failed(ApiFailure Cause) : RecordsEnd;
}
