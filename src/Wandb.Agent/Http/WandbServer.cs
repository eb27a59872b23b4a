using System.Diagnostics.CodeAnalysis;

namespace Wandb.Agent.Http;

/// <summary>A W&amp;B server: where it is and what opens it.</summary>
internal sealed class WandbServer
{
    private readonly Uri root;
    private readonly Func<ApiKey?> key;
    private readonly Func<object?> keyVersion;

    /// <param name="baseUrl">Absolute http or https URL; a path prefix is kept, a trailing slash does not matter.</param>
    /// <param name="key">Null sends no Authorization header; the server then answers 401.</param>
    internal WandbServer(Uri baseUrl, ApiKey? key)
        : this(() => key, static () => null, baseUrl)
    {
    }

    private WandbServer(Func<ApiKey?> key, Func<object?> keyVersion, Uri baseUrl)
    {
        if (!baseUrl.IsAbsoluteUri || (baseUrl.Scheme != Uri.UriSchemeHttp && baseUrl.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException("The base URL must start with http:// or https://", nameof(baseUrl));
        root = new Uri(baseUrl.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        BaseUrl = baseUrl;
        this.key = key;
        this.keyVersion = keyVersion;
        GraphQLUrl = new Uri(root, "graphql");
    }

    /// <param name="key">Asked for each request: a key may change while the agent runs. Safe for concurrent use.</param>
    /// <param name="keyVersion">See <see cref="KeyVersion"/>. Cheap.</param>
    internal static WandbServer WithKeyFrom(Func<ApiKey?> key, Func<object?> keyVersion, Uri baseUrl) => new(key, keyVersion, baseUrl);

    internal Uri BaseUrl { get; }

    internal ApiKey? Key => key();

    /// <summary>Another value when there may be another key: what was refused is worth a try then. Null where the key never changes.</summary>
    internal object? KeyVersion => keyVersion();

    internal Uri GraphQLUrl { get; }

    internal Uri FileStreamUrl(RunPath run) => new(root, run.FileStreamPath);

    /// <summary>The run's page. The hosted service answers its API and shows its pages under two names.</summary>
    internal Uri PageUrl(RunPath run)
    {
        var pages = string.Equals(root.Host, "api.wandb.ai", StringComparison.OrdinalIgnoreCase) ? new Uri("https://wandb.ai/") : root;
        return new Uri(pages, $"{Uri.EscapeDataString(run.Entity)}/{Uri.EscapeDataString(run.Project)}/runs/{Uri.EscapeDataString(run.Run)}");
    }

    /// <summary>Whether the key may be sent to this URL: the same host and port, or the same host after a step up from http to https.</summary>
    internal bool Owns(Uri url) =>
        string.Equals(url.IdnHost, root.IdnHost, StringComparison.OrdinalIgnoreCase)
        && ((url.Scheme == root.Scheme && url.Port == root.Port)
            || (root.Scheme == Uri.UriSchemeHttp && root.IsDefaultPort && url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort));

    /// <summary>An upload URL as the server gave it: absolute, or relative to the base URL (self-hosted servers answer <c>/storage/…</c>).</summary>
    /// <returns>False for anything that is not http or https.</returns>
    internal bool TryResolve(string url, [NotNullWhen(true)] out Uri? resolved)
    {
        // A signature covers the exact bytes of path and query, and Uri would rewrite escapes such as %2D.
        var verbatim = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var absolute = url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!absolute)
        {
            // "/storage/x" alone would be read as a path of the local file system.
            if (url.Length == 0 || url.StartsWith("//", StringComparison.Ordinal) || url.Contains("://", StringComparison.Ordinal))
            {
                resolved = null;
                return false;
            }

            url = url[0] == '/' ? root.GetLeftPart(UriPartial.Authority) + url : root.AbsoluteUri + url;
        }

        return IsPrintableAscii(url) ? Uri.TryCreate(url, in verbatim, out resolved) : Uri.TryCreate(url, UriKind.Absolute, out resolved);
    }

    /// <summary>A server's words without the key in them, in case a proxy echoes the request.</summary>
    internal string Redact(string text) => Key?.Redact(text) ?? text;

    public override string ToString() => BaseUrl.GetLeftPart(UriPartial.Path);

    private static bool IsPrintableAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
