using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wandb.Agent.RunFiles;

/// <summary>
/// What one call tells of a file or directory without opening it. Two equal stamps say that most likely nothing happened in between; only
/// content says what a file is.
/// </summary>
/// <param name="Device">Of the file system, with <paramref name="Inode"/> the same for every name of one file.</param>
/// <param name="ModifiedNanoseconds">Since 1970, by the clock of the file system, which need not be ours.</param>
internal readonly partial record struct FileStamp(ulong Device, ulong Inode, bool IsDirectory, long Length, long ModifiedNanoseconds)
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int TypeMask = 0xF000;
    private const int FolderType = 0x4000;

    public DateTimeOffset Modified => DateTimeOffset.UnixEpoch.AddTicks(ModifiedNanoseconds / TimeSpan.NanosecondsPerTick);

    public bool IsSameFileAs(FileStamp other) => (Device, Inode) == (other.Device, other.Inode);

    /// <summary>Follows symbolic links.</summary>
    /// <returns>Null when there is no such file, or when it may not be looked at.</returns>
    public static FileStamp? Of(string path)
    {
        if (OperatingSystem.IsLinux())
            return StatX(CurrentFolder, path, 0, BasicStats, out var status) == 0 ? From(status) : null;
        var info = new FileInfo(path);
        var name = (ulong)(uint)string.GetHashCode(info.FullName, StringComparison.Ordinal);
        return info.Exists ? new FileStamp(0, name, false, info.Length, Nanoseconds(info)) : Directory.Exists(path) ? new FileStamp(0, name, true, 0, 0) : null;
    }

    /// <returns>Null where the system cannot tell.</returns>
    public static FileStamp? Of(SafeFileHandle file) =>
        OperatingSystem.IsLinux() && StatX(file, "", EmptyPath, BasicStats, out var status) == 0 ? From(status) : null;

    private static long Nanoseconds(FileInfo file) => (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static FileStamp From(in Status status) => new(
        ((ulong)status.DeviceMajor << 32) | status.DeviceMinor,
        status.Inode,
        (status.Mode & TypeMask) == FolderType,
        status.Length,
        (status.ModifiedSeconds * 1_000_000_000) + status.ModifiedNanoseconds);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(SafeFileHandle file, string path, int flags, uint mask, out Status status);

    /// <summary>struct statx of Linux: 256 bytes, the same on every architecture (include/uapi/linux/stat.h).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        internal ushort Mode;

        [FieldOffset(32)]
        internal ulong Inode;

        [FieldOffset(40)]
        internal long Length;

        [FieldOffset(112)]
        internal long ModifiedSeconds;

        [FieldOffset(120)]
        internal uint ModifiedNanoseconds;

        [FieldOffset(136)]
        internal uint DeviceMajor;

        [FieldOffset(140)]
        internal uint DeviceMinor;
    }
}
