namespace Wandb.EndToEnd.Tests.Golden;

/// <summary>
/// Held by the one process that may use a folder at a fixed place. The lock file stays behind: removing it would let a third process lock a
/// new file of that name while a second one still waits for the old one.
/// </summary>
internal sealed class FixedPlaceLock : IDisposable
{
    /// <summary>Short against the second or so for which another test holds the place.</summary>
    internal static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    private readonly FileStream file;

    private FixedPlaceLock(FileStream file) => this.file = file;

    public static async Task<FixedPlaceLock> AcquireAsync(string place, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        while (true)
        {
            if (TryOpen(LockFileOf(place)) is { } file)
            {
                return new FixedPlaceLock(file);
            }

            await Task.Delay(RetryInterval, time, cancellationToken);
        }
    }

    public void Dispose() => file.Dispose();

    internal static string LockFileOf(string place) =>
        Path.Combine(Path.GetDirectoryName(place)!, ".lock-" + Path.GetFileName(place));

    private static FileStream? TryOpen(string path)
    {
        try
        {
            // FileShare.None is an advisory flock on Unix, which the kernel drops with the process.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }
}
