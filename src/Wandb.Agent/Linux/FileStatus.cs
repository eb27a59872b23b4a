using System.Runtime.InteropServices;

namespace Wandb.Agent.Linux;

/// <summary>struct statx of Linux: 256 bytes, the same on every architecture (include/uapi/linux/stat.h).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    /// <summary>The folder of a call whose path is relative to the working directory.</summary>
    public const int CurrentFolder = -100;

    /// <summary>Flag: the path is empty, the open file itself is meant.</summary>
    public const int EmptyPath = 0x1000;

    /// <summary>Masks: what is wanted.</summary>
    public const uint WantType = 1;

    /// <inheritdoc cref="WantType"/>
    public const uint WantBasics = 0x7ff;

    private const int TypeMask = 0xF000;
    private const int DirectoryType = 0x4000;
    private const int RegularType = 0x8000;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public long Length;

    [FieldOffset(112)]
    public long ModifiedSeconds;

    [FieldOffset(120)]
    public uint ModifiedNanoseconds;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;

    public readonly bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    public readonly bool IsRegular => (Mode & TypeMask) == RegularType;
}
