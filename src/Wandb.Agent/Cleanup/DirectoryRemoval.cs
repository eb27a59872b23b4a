using Microsoft.Win32.SafeHandles;
using Wandb.Agent.Linux;

namespace Wandb.Agent.Cleanup;

/// <summary>
/// Removes named files and then directories, never through a link: each directory on the way is opened by its own name in the one above it.
/// Whoever may write there could otherwise have the agent remove files of others by putting a link in the place of a directory.
/// </summary>
internal static class DirectoryRemoval
{
    private const int RemoveDirectory = 0x200;

    /// <param name="files">Below the directory, with slashes.</param>
    /// <param name="directories">Below the directory, inner ones first; one that is not empty stays.</param>
    /// <returns>Null when nothing is left; otherwise why, in the words of the system.</returns>
    public static string? Remove(string directory, IReadOnlyList<string> files, IReadOnlyList<string> directories)
    {
        var parent = Path.GetDirectoryName(directory) ?? "/";
        using var above = Libc.Open(parent, OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        if (above.IsInvalid)
            return Libc.LastWords;
        var name = Path.GetFileName(directory);
        foreach (var file in files)
        {
            if (Unlink(above, $"{name}/{file}", 0) is { } problem)
                return $"{file}: {problem}";
        }
        foreach (var below in directories)
        {
            if (Unlink(above, $"{name}/{below}", RemoveDirectory) is { } problem)
                return $"{below}: {problem}";
        }
        return Unlink(above, name, RemoveDirectory);
    }

    private static string? Unlink(SafeFileHandle folder, string path, int flags)
    {
        if (path.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash)
        {
            using var next = Libc.OpenAt(folder, path[..slash], OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
            return next.IsInvalid ? Libc.LastWords : Unlink(next, path[(slash + 1)..], flags);
        }
        return Libc.UnlinkAt(folder, path, flags) == 0 || Libc.LastError == ErrorNumber.NotFound ? null : Libc.LastWords;
    }
}
