namespace Wandb.Agent.Artifacts;

/// <summary>
/// Where the trainer's relative paths may start. The run file does not name the trainer's working folder; it follows from the program
/// (absolute) and its path below that folder (codePathLocal). The folder of the runs (root) is the working folder only where WANDB_DIR is unset.
/// </summary>
internal static class TrainerFolders
{
    /// <param name="program">environment.program.</param>
    /// <param name="codePathLocal">environment.code_path_local.</param>
    /// <param name="root">environment.root.</param>
    /// <returns>The likeliest first; empty if nothing is known.</returns>
    internal static IReadOnlyList<string> From(string? program, string? codePathLocal, string? root)
    {
        var folders = new List<string>();
        if (!string.IsNullOrEmpty(codePathLocal) && program is not null && program.EndsWith("/" + codePathLocal, StringComparison.Ordinal))
            folders.Add(program[..^codePathLocal.Length].TrimEnd('/'));
        if (!string.IsNullOrEmpty(root))
            folders.Add(root);
        return [.. folders.Where(Path.IsPathRooted).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The places of a path, the likeliest first. If no folder is known, a relative path stays relative and is never opened.</summary>
    internal static IReadOnlyList<string> Places(string path, IReadOnlyList<string> folders) =>
        Path.IsPathRooted(path) || folders.Count == 0 ? [path] : [.. folders.Select(folder => Path.Combine(folder, path))];
}
