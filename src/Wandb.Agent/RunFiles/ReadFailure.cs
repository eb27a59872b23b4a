using System.Runtime.InteropServices;
using Wandb.Agent.Checkpoints;

namespace Wandb.Agent.RunFiles;

/// <summary>
/// Why a file or directory could not be read or written, in the operating system's words. Messages of exceptions will not do: the published binary
/// leaves the framework's texts out, so that they read <c>IO_FileNotFound_FileName</c>.
/// </summary>
internal static class ReadFailure
{
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static string Describe(Exception exception) => exception switch
    {
        StateDirectoryException or NotRegularFileException => exception.Message,
        EndOfStreamException => "it became shorter while it was read",
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        UnauthorizedAccessException => "permission denied",
        PathTooLongException => "file name too long",
        // On Unix the runtime keeps the system's error number there; its own errors are negative.
        { HResult: > 0 and var number } => Marshal.GetPInvokeErrorMessage(number).ToLowerInvariant(),
        _ => "it cannot be used",
    };
}
