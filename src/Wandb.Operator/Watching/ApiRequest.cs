namespace Wandb.Operator.Watching;

/// <summary>One request to the API server.</summary>
/// <param name="Path">From the root, with its query, escaped: "/api/v1/pods?limit=500".</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    public const string Json = "application/json";
    public const string ApplyPatch = "application/apply-patch+yaml";

    public string Accept { get; init; } = Json;

    /// <summary>JSON; empty: none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public string ContentType { get; init; } = Json;

    /// <summary>Until the answer's headers are here, or for a whole answer its last byte. Default 100 s, as KubernetesClient has it.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(100);
}
