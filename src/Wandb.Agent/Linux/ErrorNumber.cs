namespace Wandb.Agent.Linux;

/// <summary>Numbers that a failed call leaves (include/uapi/asm-generic/errno-base.h).</summary>
internal static class ErrorNumber
{
    public const int NotFound = 2;
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int PermissionDenied = 13;
    public const int Exists = 17;
    public const int NotADirectory = 20;
}
