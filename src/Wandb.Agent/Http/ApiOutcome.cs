namespace Wandb.Agent.Http;

/// <summary>How a call of the server's API ended.</summary>
internal abstract record ApiOutcome<T>
{
    private ApiOutcome()
    {
    }

    internal sealed record Success(T Value) : ApiOutcome<T>;

    internal sealed record Failed(ApiFailure Cause) : ApiOutcome<T>;
}
