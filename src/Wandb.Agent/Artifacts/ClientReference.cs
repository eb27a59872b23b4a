namespace Wandb.Agent.Artifacts;

/// <summary>A reference to a file of another artifact, by the id that the trainer gave that artifact: <c>wandb-client-artifact://CLIENTID/path</c>.</summary>
internal readonly record struct ClientReference(string ClientId, string Path)
{
    private const string Prefix = "wandb-client-artifact://";

    /// <returns>Null for every other kind of reference.</returns>
    internal static ClientReference? From(string? reference)
    {
        if (reference is null || !reference.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var rest = reference[Prefix.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new ClientReference(rest, "") : new ClientReference(rest[..slash], Unescape(rest[(slash + 1)..]));
    }

    /// <summary>The reference by the server's id: <c>wandb-artifact://HEX/path</c>, HEX being the bytes behind the base64 id.</summary>
    /// <returns>Null if the id is not base64.</returns>
    internal string? Resolve(string serverId)
    {
        var bytes = new byte[serverId.Length];
        return Convert.TryFromBase64String(serverId, bytes, out var length)
            ? $"wandb-artifact://{Convert.ToHexStringLower(bytes.AsSpan(0, length))}/{Path}"
            : null;
    }

    // wandb-core parses it as a URL and puts the decoded path into the new one.
    private static string Unescape(string path) => Uri.UnescapeDataString(path);
}
