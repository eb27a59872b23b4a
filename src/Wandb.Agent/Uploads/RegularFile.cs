using System.Runtime.InteropServices;

namespace Wandb.Agent.Uploads;

/// <summary>
/// Tells regular files from everything else before they are opened: opening a named pipe waits for a writer, for ever if need be,
/// and the runtime has no way to ask.
/// </summary>
internal static partial class RegularFile
{
    private const int CurrentFolder = -100;
    private const uint WantType = 1;
    private const int NotFound = 2;
    private const int NotAFolder = 20;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;

    internal enum Kind
    {
        Regular,
        Missing,
        Other,
    }

    /// <summary>Follows symbolic links. Says Regular when the system cannot tell, so that opening gives the reason.</summary>
    internal static Kind Look(string path)
    {
        if (!OperatingSystem.IsLinux())
            return Directory.Exists(path) ? Kind.Other : File.Exists(path) ? Kind.Regular : Kind.Missing;
        if (StatX(CurrentFolder, path, 0, WantType, out var status) == 0)
            return (status.Mode & TypeMask) == RegularType ? Kind.Regular : Kind.Other;
        return Marshal.GetLastPInvokeError() is NotFound or NotAFolder ? Kind.Missing : Kind.Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out Status status);

    /// <summary>struct statx of Linux: 256 bytes, the same on every architecture; stx_mode is at byte 28.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        internal ushort Mode;
    }
}
