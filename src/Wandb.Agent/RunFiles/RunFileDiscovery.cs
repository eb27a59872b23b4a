using Wandb.Agent.Live;

namespace Wandb.Agent.RunFiles;

/// <summary>What <see cref="RunFileDiscovery.Find"/> found.</summary>
/// <param name="Files">Run files, each once, by the time in the name of their directory, so that the parts of a resumed run stand in order.</param>
/// <param name="Problems">Paths that give nothing, in the order of the arguments.</param>
internal sealed record DiscoveredRunFiles(IReadOnlyList<string> Files, IReadOnlyList<PathProblem> Problems);

/// <summary>
/// Finds run files from what a user names: a run directory, a <c>.wandb</c> file, or a directory that holds run directories, at once or in its
/// <c>wandb</c> folder; when it holds none there, at any depth, as a volume does that many pods have written to.
/// Below a parent only offline runs are taken; the SDK itself uploads online ones (<c>run-*</c>), so they must be named.
/// </summary>
internal sealed class RunFileDiscovery
{
    private const string Extension = ".wandb";

    // The two places where the SDK keeps runs below its root directory (.wandb with WANDB_USE_DOT_WANDB).
    internal static readonly string[] ParentNames = ["wandb", ".wandb"];
    private static readonly string[] OfflinePrefixes = ["offline-run-", "dryrun-"];
    private const string OnlinePrefix = "run-";

    private readonly List<string> _files = [];
    private readonly List<PathProblem> _problems = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly RealPaths _realPaths = new();
    private int _searched;

    private readonly int _maxDirectories;

    private RunFileDiscovery(int maxDirectories) => _maxDirectories = maxDirectories;

    /// <param name="paths">As the user wrote them; none means the runs of the working directory.</param>
    /// <param name="workingDirectory">Where relative paths begin; empty leaves them relative.</param>
    /// <param name="maxDirectories">So many are searched for directories that hold runs.</param>
    public static DiscoveredRunFiles Find(IReadOnlyList<string> paths, string workingDirectory, int maxDirectories = RunDirectoryScan.MaxDirectories)
    {
        var discovery = new RunFileDiscovery(maxDirectories);
        foreach (var path in paths.Count > 0 ? paths : [DefaultPath(workingDirectory)])
            discovery.Add(Path.Combine(workingDirectory, path));
        discovery._files.Sort(ByStartTime);
        return new DiscoveredRunFiles(discovery._files, discovery._problems);
    }

    private static string DefaultPath(string workingDirectory) =>
        ParentNames.FirstOrDefault(name => Directory.Exists(Path.Combine(workingDirectory, name))) ?? ".";

    private void Add(string path)
    {
        try
        {
            var attributes = File.GetAttributes(path);
            if (attributes.HasFlag(FileAttributes.Directory))
                AddDirectory(path);
            else if (IsRunFile(path))
                AddFile(path);
            else
                _problems.Add(new PathProblem(path, LeadsNowhere(path, attributes) ? "a symbolic link in a circle, or to what does not exist" : "not a run file: its name does not end in .wandb"));
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            _problems.Add(new PathProblem(path, ReadFailure.Describe(exception)));
        }
    }

    private static bool LeadsNowhere(string path, FileAttributes attributes)
    {
        if (!attributes.HasFlag(FileAttributes.ReparsePoint))
            return false;
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true };
        }
        catch (IOException)
        {
            // Too many links on the way.
            return true;
        }
    }

    private void AddDirectory(string path)
    {
        if (AddFilesOf(path))
            return;
        if (IsRunDirectoryName(NameOf(path)))
        {
            _problems.Add(new PathProblem(path, "no run file (*.wandb) in this run directory"));
            return;
        }
        var online = 0;
        var found = AddRunsBelow(path, ref online);
        foreach (var parent in ParentNames.Select(name => Path.Combine(path, name)).Where(Directory.Exists))
            found |= AddRunsBelow(parent, ref online);
        if (found || AddRunsDeeper(path, 1, ref online))
            return;
        _problems.Add(new PathProblem(path, online == 0
            ? "no runs in it (offline-run-*, dryrun-* or *.wandb)"
            : $"no offline runs in it; {online} online {(online == 1 ? "run" : "runs")} (run-*) must be named to be taken"));
    }

    /// <summary>Looks into directories below one that holds no run itself. Links are not followed, and hidden directories are somebody's own.</summary>
    /// <returns>Whether there was an offline run, good or not, or the search could not be ended.</returns>
    private bool AddRunsDeeper(string path, int depth, ref int online)
    {
        if (depth > RunDirectoryScan.MaxDepth)
            return false;
        var found = false;
        foreach (var below in Folders(path))
        {
            if (_searched++ == _maxDirectories)
                _problems.Add(new PathProblem(path, $"more than {_maxDirectories} directories below what was named: the rest was not searched; name the directories that hold runs"));
            if (_searched > _maxDirectories)
                return true;
            found |= AddRunsBelow(below, ref online);
            found |= AddRunsDeeper(below, depth + 1, ref online);
        }
        return found;
    }

    private static List<string> Folders(string path)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(path).EnumerateDirectories()
                    .Where(folder => !folder.Attributes.HasFlag(FileAttributes.ReparsePoint) && !IsRunDirectoryName(folder.Name)
                        && (folder.Name[0] != '.' || ParentNames.Contains(folder.Name, StringComparer.Ordinal)))
                    .Select(folder => Path.Combine(path, folder.Name)),
            ];
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            // The look for runs in it has told.
            return [];
        }
    }

    /// <returns>Whether there was an offline run, good or not.</returns>
    private bool AddRunsBelow(string parent, ref int online)
    {
        var found = false;
        try
        {
            foreach (var directory in new DirectoryInfo(parent).EnumerateDirectories())
            {
                // latest-run is a link to a run that is found anyway.
                if (directory.Attributes.HasFlag(FileAttributes.ReparsePoint))
                    continue;
                if (IsOnlineRunName(directory.Name))
                    online++;
                if (!IsOfflineRunName(directory.Name))
                    continue;
                found = true;
                AddRunDirectory(Path.Combine(parent, directory.Name));
            }
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            _problems.Add(new PathProblem(parent, ReadFailure.Describe(exception)));
            return true;
        }
        return found;
    }

    private void AddRunDirectory(string path)
    {
        try
        {
            if (!AddFilesOf(path))
                _problems.Add(new PathProblem(path, "no run file (*.wandb) in this run directory"));
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            _problems.Add(new PathProblem(path, ReadFailure.Describe(exception)));
        }
    }

    private bool AddFilesOf(string directory)
    {
        // EnumerateFiles leaves out a directory called ".wandb".
        var files = Directory.EnumerateFiles(directory).Where(IsRunFile).ToList();
        files.ForEach(AddFile);
        return files.Count > 0;
    }

    private void AddFile(string path)
    {
        if (_seen.Add(_realPaths.Resolve(path)))
            _files.Add(path);
    }

    internal static bool IsRunFile(string path) => path.EndsWith(Extension, StringComparison.Ordinal);

    internal static bool IsRunDirectoryName(string name) => IsOfflineRunName(name) || IsOnlineRunName(name);

    internal static bool IsOnlineRunName(string name) => name.StartsWith(OnlinePrefix, StringComparison.Ordinal);

    internal static bool IsOfflineRunName(string name) => OfflinePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static string NameOf(string directory) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));

    private static int ByStartTime(string a, string b)
    {
        var order = string.CompareOrdinal(StartTime(a), StartTime(b));
        return order != 0 ? order : string.CompareOrdinal(a, b);
    }

    /// <summary>The name of the file's directory from its time on: <c>20261124_120000-abc</c>.</summary>
    private static string StartTime(string file)
    {
        var name = NameOf(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var prefix = OfflinePrefixes.Append(OnlinePrefix).FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
        return name[(prefix?.Length ?? 0)..];
    }
}
