namespace Wandb.Agent.Http;

/// <summary>A request that can be sent as often as needed.</summary>
/// <param name="What">For messages: never a URL with a query, a signature is a secret.</param>
/// <param name="NewBody">Makes the body of one try. It calls the action whenever a part has been handed to the connection.</param>
internal sealed record HttpCall(RequestKind Kind, string What, HttpMethod Method, Uri Target, Func<Action, HttpContent> NewBody)
{
    /// <summary>Sent as they are, after our own.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
