namespace Wandb.Agent.Http;

/// <summary>How one try of a request ended, whatever follows.</summary>
/// <param name="Status">HTTP status; null when no whole answer came.</param>
/// <param name="Words">Why it failed, in a few words, without the key; empty when it did not.</param>
/// <param name="NextTry">How long until the next one; null when there is none.</param>
internal readonly record struct RequestTry(RequestKind Kind, int? Status, string Words, TimeSpan? NextTry)
{
    /// <summary>The server took the request for what it is: it did what was asked, or refuses its content.</summary>
    public bool IsUnderstood => Status is (>= 200 and < 300) or 400 or 409 or 410 or 413 or 422;
}
