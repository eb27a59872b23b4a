using System.Runtime.InteropServices;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// Makes one directory and never those above it, as <see cref="Directory.CreateDirectory(string)"/> would: a run directory that somebody removes at
/// this moment must not come back because of us. Looking first and making then leaves a gap; the system has none.
/// </summary>
internal static partial class OneDirectory
{
    private const int Exists = 17;
    private const int NotFound = 2;
    private const int PermissionDenied = 13;
    private const int Mode = 0x1FF; // rwxrwxrwx, less the umask.

    /// <exception cref="DirectoryNotFoundException">The directory above it is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    /// <exception cref="IOException">It cannot be made, or a file has its name.</exception>
    public static void Create(string path)
    {
        if (MakeDirectory(path, Mode) == 0)
            return;
        var error = Marshal.GetLastPInvokeError();
        if (error == Exists && Directory.Exists(path))
            return;
        var reason = $"{path} cannot be made: {Marshal.GetPInvokeErrorMessage(error)}";
        throw error switch
        {
            NotFound => new DirectoryNotFoundException(reason),
            PermissionDenied => new UnauthorizedAccessException(reason),
            _ => new IOException(reason),
        };
    }

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeDirectory(string path, int mode);
}
