namespace Wandb.Agent.Artifacts;

/// <summary>
/// Where the files of a trainer are. The run file does not name the trainer's working folder; it follows from the program (absolute) and its path
/// below that folder (codePathLocal). The folder of the runs (root) is the working folder only where WANDB_DIR is unset. What lies below it, such as
/// staged copies of artifacts, moves with it: to another machine, or another mount of the same volume.
/// </summary>
internal sealed class TrainerFolders
{
    internal static readonly TrainerFolders Unknown = new([], null, null);

    private readonly IReadOnlyList<string> _working;
    private readonly string? _root;
    private readonly string? _rootNow;

    private TrainerFolders(IReadOnlyList<string> working, string? root, string? rootNow) => (_working, _root, _rootNow) = (working, root, rootNow);

    /// <param name="program">environment.program.</param>
    /// <param name="codePathLocal">environment.code_path_local.</param>
    /// <param name="root">environment.root: of the runs, in the trainer.</param>
    /// <param name="rootNow">The same folder here, absolute; null: not known.</param>
    internal static TrainerFolders From(string? program, string? codePathLocal, string? root, string? rootNow)
    {
        var working = new List<string>();
        if (!string.IsNullOrEmpty(codePathLocal) && program is not null && program.EndsWith("/" + codePathLocal, StringComparison.Ordinal))
            working.Add(program[..^codePathLocal.Length].TrimEnd('/'));
        if (!string.IsNullOrEmpty(root))
            working.Add(root);
        var known = working.Where(Path.IsPathRooted).Distinct(StringComparer.Ordinal).ToList();
        var begin = root?.TrimEnd('/');
        var hasMoved = !string.IsNullOrEmpty(begin) && Path.IsPathRooted(begin) && rootNow is not null && !string.Equals(begin, rootNow, StringComparison.Ordinal);
        return hasMoved ? new TrainerFolders(known, begin, rootNow) : new TrainerFolders(known, null, null);
    }

    /// <summary>The folder that holds <c>wandb/</c>, which holds run directories.</summary>
    /// <param name="runFile">Path of a run file.</param>
    internal static string? RootOf(string runFile) => Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(runFile))));

    /// <summary>The places of a path, the likeliest first. If no folder is known, a relative path stays relative and is never opened.</summary>
    internal IReadOnlyList<string> Places(string path)
    {
        IReadOnlyList<string> there = Path.IsPathRooted(path) || _working.Count == 0 ? [path] : [.. _working.Select(folder => Path.Combine(folder, path))];
        return _root is null ? there : [.. there, .. there.Where(IsBelowRoot).Select(place => _rootNow + place[_root.Length..])];
    }

    private bool IsBelowRoot(string place) => place.StartsWith(_root + "/", StringComparison.Ordinal);
}
