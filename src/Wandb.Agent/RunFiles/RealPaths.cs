namespace Wandb.Agent.RunFiles;

/// <summary>
/// Gives the path of a file without symbolic links, so that a file that is reached on two ways is known as one. Remembers directories:
/// thousands of runs share theirs. A link that cannot be followed stays as it is.
/// </summary>
internal sealed class RealPaths
{
    private readonly Dictionary<string, string> _directories = new(StringComparer.Ordinal);

    public string Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        return Follow(Path.Combine(ResolveDirectory(Path.GetDirectoryName(full)), Path.GetFileName(full)));
    }

    private string ResolveDirectory(string? directory)
    {
        if (directory is null || Path.GetDirectoryName(directory) is not { } parent)
            return directory ?? "/";
        if (!_directories.TryGetValue(directory, out var real))
        {
            real = Follow(Path.Combine(ResolveDirectory(parent), Path.GetFileName(directory)));
            _directories.Add(directory, real);
        }
        return real;
    }

    /// <summary>A link's target may itself lie below links; the depth bounds circles.</summary>
    private string Follow(string path, int depth = 0)
    {
        try
        {
            if (depth < 40 && new FileInfo(path).LinkTarget is { } target)
            {
                var next = Path.GetFullPath(target, Path.GetDirectoryName(path)!);
                return Follow(Path.Combine(ResolveDirectory(Path.GetDirectoryName(next)), Path.GetFileName(next)), depth + 1);
            }
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            // Whoever opens the file will say what is wrong with it.
        }
        return path;
    }
}
