using Microsoft.Win32.SafeHandles;

namespace Wandb.Agent.Commands;

/// <summary>
/// Fills standard descriptors that were closed before the start. Otherwise the next file or pipe that is opened gets their numbers, and what is meant
/// for the user lands in it: the runtime's own pipe for signals takes the first bytes of a message for signals and ends the process with one.
/// </summary>
internal static class StandardStreams
{
    private const int LastDescriptor = 2;

    // Never closed: they hold their numbers until the process ends.
    private static readonly List<SafeFileHandle> Held = [];

    /// <summary>Must come before anything else that opens a file, or uses the console or signals.</summary>
    public static void Hold()
    {
        while (OpenNull() is { } handle)
        {
            if (handle.DangerousGetHandle() > LastDescriptor)
            {
                handle.Dispose();
                return;
            }
            Held.Add(handle);
        }
    }

    private static SafeFileHandle? OpenNull()
    {
        try
        {
            return File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A system without it; then the streams are as they are.
            return null;
        }
    }
}
