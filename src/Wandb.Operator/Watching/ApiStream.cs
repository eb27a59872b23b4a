namespace Wandb.Operator.Watching;

/// <summary>The beginning of an answer that is read while it comes. Whoever got it disposes it.</summary>
internal abstract record ApiStream : IDisposable
{
    private ApiStream()
    {
    }

    public void Dispose() => (this as Opened)?.Response.Dispose();

    /// <param name="Body">Ends when this is disposed.</param>
    public sealed record Opened(HttpResponseMessage Response, Stream Body) : ApiStream;

    public sealed record Refused(ApiRefusal Refusal) : ApiStream;

    /// <summary>No answer.</summary>
    public sealed record Failed(string Reason) : ApiStream;
}
