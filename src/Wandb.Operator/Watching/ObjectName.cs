namespace Wandb.Operator.Watching;

/// <summary>What names of objects look like (Kubernetes docs, "Object Names and IDs").</summary>
internal static class ObjectName
{
    private const int MaxLength = 253;

    /// <summary>
    /// Whether it is a DNS subdomain (RFC 1123), as the names of Jobs, pods and our kinds are. Nothing checks the names in owner references: other texts
    /// are no objects, and in a path of the API they would lead elsewhere.
    /// </summary>
    public static bool IsSubdomain(string name) => name.Length <= MaxLength && name.Split('.').All(IsLabel);

    private static bool IsLabel(string part) =>
        part.Length > 0 && part[0] != '-' && part[^1] != '-' && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
