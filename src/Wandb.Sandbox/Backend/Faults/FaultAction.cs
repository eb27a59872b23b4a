namespace Wandb.Sandbox.Backend.Faults;

/// <summary>What happens to a request that a <see cref="FaultRule"/> hits.</summary>
internal abstract record FaultAction
{
    private FaultAction()
    {
    }

    /// <summary>Answers with <paramref name="Code"/>. With <paramref name="Apply"/> the state changes first, as when a proxy fails behind the server.</summary>
    /// <param name="Code">HTTP status.</param>
    /// <param name="Apply">Whether the request is carried out before the error is sent.</param>
    /// <param name="RetryAfterSeconds">Value of Retry-After; null: no such header.</param>
    /// <param name="Headers">Further headers.</param>
    /// <param name="Body">Text of the answer.</param>
    public sealed record Status(
        int Code, bool Apply = false, double? RetryAfterSeconds = null, IReadOnlyDictionary<string, string>? Headers = null,
        string Body = """{"error":"injected"}""") : FaultAction;

    /// <summary>The request is read, nothing is done, the connection is aborted.</summary>
    public sealed record DropBefore : FaultAction;

    /// <summary>The request is carried out, then the connection is aborted: the response is lost.</summary>
    public sealed record DropAfter : FaultAction;

    /// <summary>The connection is aborted while the body is being sent. Rules for one GraphQL operation never match: the operation is not known yet.</summary>
    public sealed record CutRequest : FaultAction;

    /// <summary>The request is carried out, half of the answer's body is sent, then the connection is closed.</summary>
    public sealed record CloseMidBody : FaultAction;

    /// <summary>The request is carried out after a while.</summary>
    public sealed record Delay(TimeSpan For) : FaultAction;

    /// <summary>From this request on every connection is closed without an answer, for a while.</summary>
    public sealed record Dark(TimeSpan For) : FaultAction;

    /// <summary>HTTP 200 with a GraphQL error; the state does not change.</summary>
    public sealed record GraphQLError(string Message) : FaultAction;
}
