using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wandb.Agent.Cleanup;

/// <summary>
/// Removes named files and then directories, never through a link: each directory on the way is opened by its own name in the one above it.
/// Whoever may write there could otherwise have the agent remove files of others by putting a link in the place of a directory.
/// </summary>
internal static partial class DirectoryRemoval
{
    private const int DirectoryNoFollowCloseOnExec = 0x10000 | 0x20000 | 0x80000;

    // On arm64 the two flags have other numbers (include/uapi/asm/fcntl.h).
    private const int DirectoryNoFollowCloseOnExecArm = 0x4000 | 0x8000 | 0x80000;
    private const int RemoveDirectory = 0x200;
    private const int NotFound = 2;

    /// <param name="files">Below the directory, with slashes.</param>
    /// <param name="directories">Below the directory, inner ones first; one that is not empty stays.</param>
    /// <returns>Null when nothing is left; otherwise why, in the words of the system.</returns>
    public static string? Remove(string directory, IReadOnlyList<string> files, IReadOnlyList<string> directories)
    {
        var parent = Path.GetDirectoryName(directory) ?? "/";
        using var above = Open(parent, Flags & ~(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000));
        if (above.IsInvalid)
            return Words();
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

    private static int Flags =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? DirectoryNoFollowCloseOnExecArm : DirectoryNoFollowCloseOnExec;

    private static string? Unlink(SafeFileHandle folder, string path, int flags)
    {
        if (path.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash)
        {
            using var next = OpenAt(folder, path[..slash], Flags);
            return next.IsInvalid ? Words() : Unlink(next, path[(slash + 1)..], flags);
        }
        return UnlinkAt(folder, path, flags) == 0 || Marshal.GetLastPInvokeError() == NotFound ? null : Words();
    }

    private static string Words() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()).ToLowerInvariant();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenAt(SafeFileHandle folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnlinkAt(SafeFileHandle folder, string path, int flags);
}
