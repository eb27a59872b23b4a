namespace Wandb.Operator.Injection;

/// <summary>Absolute paths inside of containers, as they are written; links in them are the image's matter.</summary>
internal static class PodPath
{
    /// <summary>Whether a path is a directory, or lies in it. Both are absolute and normal.</summary>
    public static bool Covers(string directory, string path) =>
        directory == "/" || path == directory || (path.Length > directory.Length && path[directory.Length] == '/' && path.StartsWith(directory, StringComparison.Ordinal));

    /// <returns>The same path without <c>.</c>, <c>..</c>, doubled slashes and one at the end.</returns>
    public static string Normal(string path)
    {
        // Most are so already.
        if (!path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal))
            return path.Length > 1 ? path.TrimEnd('/') : path;
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ("." or ".."))
                parts.Add(part);
        }
        return "/" + string.Join('/', parts);
    }
}
