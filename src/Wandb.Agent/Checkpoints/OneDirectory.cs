using Wandb.Agent.Linux;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// Makes one directory and never those above it, as <see cref="Directory.CreateDirectory(string)"/> would: a run directory that somebody removes at
/// this moment must not come back because of us. Looking first and making then leaves a gap; the system has none.
/// </summary>
internal static class OneDirectory
{
    private const int Mode = 0x1FF; // rwxrwxrwx, less the umask.

    /// <exception cref="DirectoryNotFoundException">The directory above it is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    /// <exception cref="IOException">It cannot be made, or a file has its name.</exception>
    public static void Create(string path)
    {
        if (Libc.MakeDirectory(path, Mode) == 0)
            return;
        var error = Libc.LastError;
        if (error == ErrorNumber.Exists && Directory.Exists(path))
            return;
        var reason = $"{path} cannot be made: {Libc.Words(error)}";
        throw error switch
        {
            ErrorNumber.NotFound => new DirectoryNotFoundException(reason),
            ErrorNumber.PermissionDenied => new UnauthorizedAccessException(reason),
            _ => new IOException(reason),
        };
    }
}
