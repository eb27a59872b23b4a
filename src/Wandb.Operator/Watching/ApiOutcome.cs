using System.Text.Json;

namespace Wandb.Operator.Watching;

/// <summary>What a request to the API server came to.</summary>
internal abstract record ApiOutcome
{
    private ApiOutcome()
    {
    }

    /// <param name="StatusCode">2xx.</param>
    /// <param name="Body">Owns its memory; an undefined element when the body was empty.</param>
    public sealed record Done(int StatusCode, JsonElement Body) : ApiOutcome;

    public sealed record Refused(ApiRefusal Refusal) : ApiOutcome;

    /// <summary>No answer, or none that can be read: whether the request was carried out is not known.</summary>
    public sealed record Failed(string Reason) : ApiOutcome;
}
