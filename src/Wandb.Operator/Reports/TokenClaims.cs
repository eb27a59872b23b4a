using System.Buffers.Text;
using System.Text.Json;
using Wandb.Contract;

namespace Wandb.Operator.Reports;

/// <summary>
/// What a service-account token says of itself (RFC 7519; Kubernetes docs, "Managing Service Accounts"). Nothing of it is believed: it only
/// spares the API server tokens that it would refuse, and bounds for how long its own answer is remembered.
/// </summary>
/// <param name="Expires">UTC.</param>
internal sealed record TokenClaims(DateTimeOffset Expires)
{
    /// <returns>Null: no token of a pod for our audience.</returns>
    public static TokenClaims? Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
            return null;
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            var claims = document.RootElement;
            return claims.ValueKind == JsonValueKind.Object && IsForUs(claims)
                && claims.TryGetProperty("exp", out var expires) && expires.ValueKind == JsonValueKind.Number && expires.TryGetInt64(out var seconds)
                && seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                    ? new TokenClaims(DateTimeOffset.FromUnixTimeSeconds(seconds))
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }

    private static bool IsForUs(JsonElement claims) =>
        claims.TryGetProperty("aud", out var audience) && audience.ValueKind switch
        {
            JsonValueKind.String => audience.ValueEquals(AgentPaths.TokenAudience),
            JsonValueKind.Array => audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(AgentPaths.TokenAudience)),
            _ => false,
        };
}
