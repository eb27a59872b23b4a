namespace Wandb.Operator.Injection;

/// <summary>What must not stand where everybody reads: in Events, warnings and statuses.</summary>
internal static class Redaction
{
    private const string Hidden = "***";

    // A proxy's address holds a password as a rule when it needs one.
    private static readonly string[] SecretWords = ["KEY", "TOKEN", "SECRET", "PASS", "CREDENTIAL", "HEADER", "PROXY", "PROXIES"];

    /// <summary>Whether a variable of this name may hold a key or a password, so that its value is not quoted.</summary>
    public static bool IsSecret(string variable) => SecretWords.Any(word => variable.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>A text without the user and password of an address in it.</summary>
    public static string Text(string text) => text.Contains("://", StringComparison.Ordinal) ? Url(text) : text;

    /// <summary>An address, or what was meant to be one, without user and password. Rather too much is hidden than too little.</summary>
    public static string Url(string url)
    {
        var end = url.LastIndexOf('@');
        if (end < 0)
            return url;
        var begin = url.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme && scheme + 3 <= end ? scheme + 3 : 0;
        return string.Concat(url.AsSpan(0, begin), Hidden, url.AsSpan(end));
    }
}
