using System.Text;

namespace Wandb.Sandbox.Backend.Http;

/// <summary>What an Authorization header is worth.</summary>
internal enum ApiKeyVerdict
{
    Ok,
    Wrong,
    Missing,
}

/// <summary>HTTP Basic with the user "api" and the key as password: the only scheme that W&amp;B's clients use with a key.</summary>
internal static class ApiKeyCheck
{
    public static ApiKeyVerdict Of(string? authorization, string apiKey) =>
        string.IsNullOrEmpty(authorization)
            ? ApiKeyVerdict.Missing
            : string.Equals(authorization, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + apiKey)), StringComparison.Ordinal)
                ? ApiKeyVerdict.Ok
                : ApiKeyVerdict.Wrong;
}
