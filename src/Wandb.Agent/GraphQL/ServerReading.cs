using System.Diagnostics;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>The answer to a question that not every server understands.</summary>
internal abstract record ServerReading<T>
{
    private ServerReading()
    {
    }

    internal sealed record Known(T Value) : ServerReading<T>;

    /// <summary>The server cannot tell. Not a problem of the run.</summary>
    internal sealed record Unsupported(string Why) : ServerReading<T>;

    internal sealed record Failed(ApiFailure Cause) : ServerReading<T>;

    /// <summary>
    /// GraphQL errors, 400 and 422 are how servers refuse a document with fields that they do not know; others answer 200 without the fields.
    /// </summary>
    internal static ServerReading<T> From(ApiOutcome<T> outcome) => outcome switch
    {
        ApiOutcome<T>.Success success => new Known(success.Value),
        ApiOutcome<T>.Failed { Cause: ApiFailure.Refused { Kind: RefusalKind.GraphQLErrors or RefusalKind.BadRequest } refused } =>
            new Unsupported(refused.Message),
        ApiOutcome<T>.Failed { Cause: ApiFailure.Refused { Status: 200 or 422 } refused } => new Unsupported(refused.Message),
        ApiOutcome<T>.Failed failed => new Failed(failed.Cause),
        _ => throw new UnreachableException(),
    };
}
