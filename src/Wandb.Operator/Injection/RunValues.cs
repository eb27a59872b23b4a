using System.Buffers;

namespace Wandb.Operator.Injection;

/// <summary>
/// Values that would crash <c>wandb.init()</c> in the user's job, or that the server cannot take. Each method answers what is wrong, to be
/// put behind the name of the field, or null. Source: validators of the SDK's <c>wandb_settings.py</c>, 0.28.2.
/// </summary>
internal static class RunValues
{
    public const int MaxNameLength = 128;
    public const int MaxTagLength = 64;

    // Three digits of days, as in the schema; the agent takes more.
    private const long MaxDurationSeconds = 1000 * 86_400L;

    private static readonly SearchValues<char> NotInIds = SearchValues.Create(":;,#?/'");
    private static readonly SearchValues<char> NotInProjects = SearchValues.Create("/\\#?%:");

    public static string? Project(string project) =>
        project.Length == 0 ? "is empty" : TooLong(project) ?? Forbidden(project, NotInProjects);

    public static string? Entity(string entity) => Project(entity);

    /// <summary>Groups, job types, display names.</summary>
    public static string? Label(string label) => string.IsNullOrWhiteSpace(label) ? "is empty" : TooLong(label) ?? Control(label);

    public static string? Id(string id) =>
        string.IsNullOrWhiteSpace(id) ? "is empty"
        : id.Trim().Length < id.Length ? $"'{id}' begins or ends with a blank"
        : TooLong(id) ?? Forbidden(id, NotInIds);

    public static string? Tag(string tag) =>
        string.IsNullOrWhiteSpace(tag) ? "is empty"
        : Characters(tag) is > MaxTagLength and var length ? $"'{tag}' has {length} characters; a tag has at most {MaxTagLength}"
        : tag.Contains(',', StringComparison.Ordinal) ? $"'{tag}' holds a comma, which would make two tags of it"
        : Control(tag);

    public static string? BaseUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            return $"'{Redaction.Url(url)}' is no http or https address";
        if (uri.UserInfo.Length > 0)
            return "holds a user name or password, which everybody could read";
        if (!uri.Host.EndsWith("wandb.ai", StringComparison.OrdinalIgnoreCase))
            return null;
        if (!url.Contains("api.", StringComparison.Ordinal))
            return $"'{url}' is the web page; the server's address is https://api.wandb.ai";
        return uri.Scheme == "https" ? null : $"'{url}' must be https";
    }

    /// <summary>What the agent can use as a proxy; the SDK, where it uploads itself, takes less: <see cref="IsProxyOfSdk"/>.</summary>
    public static string? Proxy(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https" or "socks5", Host.Length: > 0 }
            ? null
            : $"'{Redaction.Url(url)}' is no address such as http://proxy.example:3128 (http, https or socks5)";

    /// <summary>Whether <c>wandb.init()</c> takes it: validate_http_proxy and validate_https_proxy of the SDK's settings know http and https.</summary>
    public static bool IsProxyOfSdk(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", Host.Length: > 0 };

    /// <summary>Where agents send their metrics and traces.</summary>
    public static string? OtlpEndpoint(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", Host.Length: > 0 }
            ? null
            : $"'{Redaction.Url(url)}' is no address such as http://collector.monitoring:4318 (http or https)";

    /// <summary>A Kubernetes quantity that is not negative.</summary>
    public static string? Amount(string amount) => Quantity.Parse(amount) is >= 0 ? null : $"'{amount}' is no amount such as 500m, 128Mi or 10Gi";

    /// <summary>E.g. <c>24h</c>.</summary>
    public static string? Duration(string duration) =>
        duration.Length > 1 && duration[^1] is ('s' or 'm' or 'h' or 'd')
        && int.TryParse(duration.AsSpan(..^1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && number is > 0 and < 100_000 && number * SecondsOf(duration[^1]) < MaxDurationSeconds
            ? null
            : $"'{duration}' is no duration such as 90s, 30m, 24h or 7d, of at most 999 days";

    public static string? Directory(string path) =>
        !path.StartsWith('/') ? $"'{path}' is no absolute path"
        : path.Contains(':', StringComparison.Ordinal) ? $"'{path}' holds a colon, which no mount path may"
        : path.Contains("$(", StringComparison.Ordinal) || path.Contains("$$", StringComparison.Ordinal) ? $"'{path}' holds $( or $$, which would be another path in a variable than in a mount"
        : Control(path);

    /// <summary>Several lines, which a variable must be able to hold.</summary>
    public static string? Notes(string notes) => notes.Contains('\0', StringComparison.Ordinal) ? "holds the character NUL, with which no container starts" : null;

    /// <summary>What a container's <c>image</c> is made of.</summary>
    public static string? Image(string image) =>
        image.Length == 0 ? "is empty" : image.Any(char.IsWhiteSpace) ? $"'{image}' holds a blank" : Control(image);

    /// <summary>Key of a Secret or ConfigMap. A pod with another one is refused: k8s.io/apimachinery, pkg/util/validation, IsConfigMapKey.</summary>
    public static bool IsKey(string key) =>
        key.Length is > 0 and <= 253 && !key.StartsWith("..", StringComparison.Ordinal) && key != "."
        && key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>One entry of <c>spec.env</c>.</summary>
    public static string? Variable(string name, string value)
    {
        if (!name.StartsWith("WANDB_", StringComparison.Ordinal))
            return "does not begin with WANDB_";
        if (!SdkVariables.IsName(name))
            return "is no name of a variable: behind WANDB_ come letters, digits and _, or an API server refuses the pod";
        if (name.StartsWith("WANDB_AGENT_", StringComparison.Ordinal) || name.StartsWith("WANDB_OPERATOR_", StringComparison.Ordinal))
            return "is a variable of the operator itself";
        // Both are the same to the SDK.
        var known = name.StartsWith("WANDB__", StringComparison.Ordinal) ? $"WANDB_X_{name["WANDB__".Length..]}" : name;
        return SdkVariables.NotFree.GetValueOrDefault(known) ?? SdkVariables.Problem(known, value) ?? Notes(value);
    }

    private static long SecondsOf(char unit) => unit switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => 86_400,
    };

    private static string? TooLong(string value) =>
        Characters(value) is > MaxNameLength and var length ? $"has {length} characters; the limit is {MaxNameLength}" : null;

    // As Python and the schema count them.
    private static int Characters(string value) => value.EnumerateRunes().Count();

    private static string? Forbidden(string value, SearchValues<char> forbidden) =>
        value is "." or ".." ? $"'{value}' leads to other addresses of the server"
        : value.AsSpan().IndexOfAny(forbidden) is >= 0 and var at ? $"'{value}' must not hold '{value[at]}'" : Control(value);

    private static string? Control(string value) => value.Any(char.IsControl) ? "holds a line break or another control character" : null;
}
