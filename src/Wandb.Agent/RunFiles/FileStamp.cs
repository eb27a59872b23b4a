using Microsoft.Win32.SafeHandles;
using Wandb.Agent.Linux;

namespace Wandb.Agent.RunFiles;

/// <summary>
/// What one call tells of a file or directory without opening it. Two equal stamps say that most likely nothing happened in between; only
/// content says what a file is.
/// </summary>
/// <param name="Device">Of the file system, with <paramref name="Inode"/> the same for every name of one file.</param>
/// <param name="ModifiedNanoseconds">Since 1970, by the clock of the file system, which need not be ours.</param>
internal readonly record struct FileStamp(ulong Device, ulong Inode, bool IsDirectory, long Length, long ModifiedNanoseconds)
{
    // Twice written within the resolution of the file system's clock, a file has the same time.
    private static readonly TimeSpan ClockResolution = TimeSpan.FromSeconds(2);

    public DateTimeOffset Modified => DateTimeOffset.UnixEpoch.AddTicks(ModifiedNanoseconds / TimeSpan.NanosecondsPerTick);

    public bool IsSameFileAs(FileStamp other) => (Device, Inode) == (other.Device, other.Inode);

    /// <summary>Whether an equal stamp, later, means that nothing was written since.</summary>
    public bool IsRested(DateTimeOffset now) => (now - Modified).Duration() > ClockResolution;

    /// <summary>Follows symbolic links.</summary>
    /// <returns>Null when there is no such file, or when it may not be looked at.</returns>
    public static FileStamp? Of(string path)
    {
        if (OperatingSystem.IsLinux())
            return Libc.StatX(FileStatus.CurrentFolder, path, 0, FileStatus.WantBasics, out var status) == 0 ? From(status) : null;
        var info = new FileInfo(path);
        var name = (ulong)(uint)string.GetHashCode(info.FullName, StringComparison.Ordinal);
        return info.Exists ? new FileStamp(0, name, false, info.Length, Nanoseconds(info)) : Directory.Exists(path) ? new FileStamp(0, name, true, 0, 0) : null;
    }

    /// <returns>Null where the system cannot tell.</returns>
    public static FileStamp? Of(SafeFileHandle file) =>
        OperatingSystem.IsLinux() && Libc.StatX(file, "", FileStatus.EmptyPath, FileStatus.WantBasics, out var status) == 0 ? From(status) : null;

    private static long Nanoseconds(FileInfo file) => (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static FileStamp From(in FileStatus status) => new(
        ((ulong)status.DeviceMajor << 32) | status.DeviceMinor,
        status.Inode,
        status.IsDirectory,
        status.Length,
        (status.ModifiedSeconds * 1_000_000_000) + status.ModifiedNanoseconds);
}
