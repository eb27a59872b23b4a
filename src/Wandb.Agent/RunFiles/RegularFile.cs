using Wandb.Agent.Linux;

namespace Wandb.Agent.RunFiles;

/// <summary>
/// Tells regular files from everything else before they are opened: opening a named pipe waits for a writer, for ever if need be,
/// and the runtime has no way to ask.
/// </summary>
internal static class RegularFile
{
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
        if (Libc.StatX(FileStatus.CurrentFolder, path, 0, FileStatus.WantType, out var status) == 0)
            return status.IsRegular ? Kind.Regular : Kind.Other;
        return Libc.LastError is ErrorNumber.NotFound or ErrorNumber.NotADirectory ? Kind.Missing : Kind.Regular;
    }
}
