namespace Wandb.Agent.Credentials;

/// <summary>Where a server is, as a user writes it.</summary>
internal static class BaseUrl
{
    public const string Default = "https://api.wandb.ai";

    /// <param name="url">Valid when null is returned.</param>
    /// <returns>What is wrong, without the name of the setting: <c>'ftp://x' is not a URL that starts with http:// or https://</c>.</returns>
    public static string? Problem(string text, out Uri url)
    {
        url = null!;
        var isUrl = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isUrl || !Uri.TryCreate(text, UriKind.Absolute, out var parsed) || parsed.Host.Length == 0)
            return $"'{text}' is not a URL that starts with http:// or https://";
        // The address is printed and written into receipts, and a password must not be.
        if (parsed.UserInfo.Length > 0)
            return "must not hold a user name or password";
        if (parsed.Host is "wandb.ai" or "app.wandb.ai" or "www.wandb.ai" || (parsed.Host == "api.wandb.ai" && parsed.Scheme != Uri.UriSchemeHttps))
            return $"'{text}' is not the API of W&B: use {Default}";
        url = parsed;
        return null;
    }
}
