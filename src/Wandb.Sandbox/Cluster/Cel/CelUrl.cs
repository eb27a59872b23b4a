namespace Wandb.Sandbox.Cluster.Cel;

/// <summary>
/// An address as CEL's isURL() and url() take it, by Go's url.ParseRequestURI and url.Parse. Source: net/url/url.go, parse and parseAuthority, and
/// k8s.io/apiserver, pkg/cel/library/urls.go. One with escaped bytes in its host (%80) is none here.
/// </summary>
/// <param name="Scheme">In small letters; "" for a path.</param>
/// <param name="Hostname">Without port and brackets; "" where there is none.</param>
internal sealed record CelUrl(string Scheme, string Hostname)
{
    private const string UserMarks = "-._:~!$&'()*+,;=%@";
    private const string HostMarks = "-_.~!$&'()*+,;=:[]<>\"";

    /// <summary>It must be an address to both, and is what the second one makes of it.</summary>
    /// <returns>Null: it is none.</returns>
    public static CelUrl? Parse(string text)
    {
        if (text.Length == 0 || text.Any(c => c is < ' ' or '\x7f') || Read(text, isRequest: true) is null)
        {
            return null;
        }

        var fragment = text.IndexOf('#');
        return fragment < 0 ? Read(text, isRequest: false) : AreEscapesGood(text[(fragment + 1)..]) ? Read(text[..fragment], isRequest: false) : null;
    }

    /// <param name="isRequest">As url.ParseRequestURI, which knows neither fragments nor //host/path without a scheme; otherwise as url.Parse.</param>
    private static CelUrl? Read(string text, bool isRequest)
    {
        if (SchemeOf(text) is not { } scheme)
        {
            return null;
        }

        var rest = (scheme.Length == 0 ? text : text[(scheme.Length + 1)..]).Split('?')[0];
        if (!rest.StartsWith('/'))
        {
            return scheme.Length > 0 || text == "*" ? new CelUrl(scheme, "") : null;
        }

        var authority = "";
        if (rest.StartsWith("//", StringComparison.Ordinal) && (scheme.Length > 0 || !(isRequest || rest.StartsWith("///", StringComparison.Ordinal))))
        {
            var end = rest.IndexOf('/', 2);
            authority = end < 0 ? rest[2..] : rest[2..end];
            rest = end < 0 ? "" : rest[end..];
        }

        var user = authority.LastIndexOf('@');
        var isUserGood = user < 0 || (AreEscapesGood(authority[..user]) && authority[..user].All(c => char.IsAsciiLetterOrDigit(c) || UserMarks.Contains(c, StringComparison.Ordinal)));
        return isUserGood && AreEscapesGood(rest) && HostnameOf(authority[(user + 1)..]) is { } hostname ? new CelUrl(scheme, hostname) : null;
    }

    /// <returns>"": there is none; null: it begins with a colon.</returns>
    private static string? SchemeOf(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                    break;
                case ((>= '0' and <= '9') or '+' or '-' or '.') when at > 0:
                    break;
                case ':':
                    return at == 0 ? null : text[..at].ToLowerInvariant();
                default:
                    return "";
            }
        }

        return "";
    }

    private static string? HostnameOf(string host)
    {
        var isBracketed = host.StartsWith('[');
        var end = isBracketed ? host.LastIndexOf(']') + 1 : host.LastIndexOf(':') is >= 0 and var colon ? colon : host.Length;
        if (isBracketed && end == 0)
        {
            return null;
        }

        var port = host[end..];
        var isGood = (port.Length == 0 || (port[0] == ':' && port[1..].All(char.IsAsciiDigit)))
            && host.All(c => c > '\x7f' || char.IsAsciiLetterOrDigit(c) || HostMarks.Contains(c, StringComparison.Ordinal));
        return !isGood ? null : isBracketed ? host[1..(end - 1)] : host[..end];
    }

    private static bool AreEscapesGood(string path) =>
        !path.Split('%').Skip(1).Any(after => after.Length < 2 || !char.IsAsciiHexDigit(after[0]) || !char.IsAsciiHexDigit(after[1]));
}
