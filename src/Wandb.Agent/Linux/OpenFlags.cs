using System.Runtime.InteropServices;

namespace Wandb.Agent.Linux;

/// <summary>Flags of open and openat; two of them have other numbers on arm64 (arch/arm64/include/uapi/asm/fcntl.h).</summary>
internal static class OpenFlags
{
    public const int ReadWrite = 0x2;
    public const int Create = 0x40;
    public const int CloseOnExec = 0x80000;

    public static readonly int Directory = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    public static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;
}
