using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Looks for run files below roots again and again, as they appear. A directory whose run file is known is not opened again: thousands of
/// finished runs cost one listing of their parent. Online runs (<c>run-*</c>) are left to the SDK.
/// </summary>
/// <param name="roots">Directories that hold run directories, directly or in <c>wandb/</c>; or run directories.</param>
/// <param name="problem">Told of a root that cannot be read, once each time that it begins.</param>
internal sealed class RunDirectoryScan(IReadOnlyList<string> roots, Action<PathProblem> problem)
{
    private readonly HashSet<string> _settled = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);

    /// <summary>Run files in directories that are not settled, each once.</summary>
    public IReadOnlyList<string> Find()
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        var files = new List<string>();
        foreach (var directory in roots.SelectMany(RunDirectories))
        {
            var full = Path.GetFullPath(directory);
            if (!listed.Add(full) || _settled.Contains(full))
                continue;
            files.AddRange(FilesOf(directory));
        }
        // A directory that was removed and made again is a new one.
        _settled.IntersectWith(listed);
        return files;
    }

    /// <summary>The directory of this run file need not be looked into again.</summary>
    public void Settle(string runFile) => _settled.Add(DirectoryOf(runFile));

    /// <summary>The file that was settled is not there any more, or belongs to another run.</summary>
    public void Unsettle(string runFile) => _settled.Remove(DirectoryOf(runFile));

    private static string DirectoryOf(string runFile) => Path.GetDirectoryName(Path.GetFullPath(runFile)) ?? "/";

    private List<string> RunDirectories(string root)
    {
        if (RunFileDiscovery.IsOfflineRunName(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))))
            return Directory.Exists(root) ? [root] : [];
        try
        {
            List<string> found = [.. Below(root)];
            foreach (var parent in RunFileDiscovery.ParentNames.Select(name => Path.Combine(root, name)).Where(Directory.Exists))
                found.AddRange(Below(parent));
            _unreadable.Remove(root);
            return found;
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            if (_unreadable.Add(root))
                problem(new PathProblem(root, $"{ReadFailure.Describe(exception)}; waiting for it"));
            return [];
        }
    }

    // latest-run is a link to a run that is found anyway.
    private static IEnumerable<string> Below(string parent) =>
        from directory in new DirectoryInfo(parent).EnumerateDirectories()
        where !directory.Attributes.HasFlag(FileAttributes.ReparsePoint) && RunFileDiscovery.IsOfflineRunName(directory.Name)
        select Path.Combine(parent, directory.Name);

    private static IReadOnlyList<string> FilesOf(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory).Where(RunFileDiscovery.IsRunFile)];
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            // It was removed since it was listed, or is not ours to read yet: the next look tells.
            return [];
        }
    }
}
