using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>
/// Service-account tokens: JWTs with the claims of a real cluster, signed with a secret of this process (HS256, where a real one has RS256:
/// only the TokenReview of this cluster can check them).
/// </summary>
internal sealed class TokenIssuer(string issuer, TimeProvider time)
{
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>Audience of tokens that name none, and of the API server itself.</summary>
    public string Issuer => issuer;

    /// <param name="pod">The token is bound to it; null: to the account only.</param>
    public (string Token, DateTimeOffset Expires) Issue(JsonObject account, JsonObject? pod, IReadOnlyList<string> audiences, TimeSpan lifetime)
    {
        var now = time.GetUtcNow();
        var kube = new JsonObject
        {
            ["namespace"] = account.Namespace(),
            ["serviceaccount"] = new JsonObject { ["name"] = account.Name(), ["uid"] = account.Uid() },
        };
        if (pod is not null)
        {
            kube["pod"] = new JsonObject { ["name"] = pod.Name(), ["uid"] = pod.Uid() };
        }

        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. audiences.Count > 0 ? audiences : [issuer]]),
            ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = issuer,
            ["jti"] = ObjectIdentity.NewUid(),
            ["kubernetes.io"] = kube,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = $"system:serviceaccount:{account.Namespace()}:{account.Name()}",
        };
        var content = Encode("""{"alg":"HS256","typ":"JWT"}""") + "." + Encode(claims.ToJsonString());
        return (content + "." + Sign(content), now + lifetime);
    }

    /// <param name="audiences">What the reviewer is; empty: the API server.</param>
    public TokenVerdict Check(string token, IReadOnlyList<string> audiences)
    {
        var end = token.LastIndexOf('.');
        if (end < 0 || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(token[..end])), Encoding.UTF8.GetBytes(token[(end + 1)..])))
        {
            return TokenVerdict.Refused("invalid bearer token");
        }

        JsonNode? claims;
        try
        {
            claims = JsonNode.Parse(Base64Url.DecodeFromChars(token[..end].Split('.')[^1]));
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            return TokenVerdict.Refused("invalid bearer token");
        }

        if (claims.Number("exp") <= time.GetUtcNow().ToUnixTimeSeconds())
        {
            return TokenVerdict.Refused("[invalid bearer token, service account token has expired]");
        }

        var wanted = audiences.Count > 0 ? audiences : [issuer];
        string[] shared = [.. claims.Texts("aud").Intersect(wanted)];
        return shared.Length == 0
            ? TokenVerdict.Refused($"[invalid bearer token, token audiences [{string.Join(' ', claims.Texts("aud"))}] is invalid for the target audiences [{string.Join(' ', wanted)}]]")
            : new TokenVerdict((JsonObject)claims!, shared, "");
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private string Sign(string content) => Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(content)));
}
