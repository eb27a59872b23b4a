using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Wandb.Agent.Http;

/// <summary>How a call of the server's API ended.</summary>
internal abstract record ApiOutcome<T>
{
    private ApiOutcome()
    {
    }

    internal sealed record Success(T Value) : ApiOutcome<T>;

    internal sealed record Failed(ApiFailure Cause) : ApiOutcome<T>;

    /// <summary>For flows of many calls that end at the first failure.</summary>
    internal bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out ApiFailure? failure)
    {
        switch (this)
        {
            case Success success:
                (value, failure) = (success.Value, null);
                return true;
            case Failed failed:
                (value, failure) = (default, failed.Cause);
                return false;
            default:
                throw new UnreachableException();
        }
    }
}
