using System.Diagnostics;
using Xunit;

namespace Wandb.EndToEnd.Tests.BadInput;

/// <summary>A small file system in memory (tmpfs), where a test may mount one; otherwise the test is skipped with the system's reason.</summary>
internal sealed class TemporaryFileSystem : IDisposable
{
    private const string Filler = "filler";

    private readonly string _path;

    private TemporaryFileSystem(string path) => _path = path;

    /// <param name="path">A directory; what is in it is hidden meanwhile.</param>
    public static TemporaryFileSystem Mount(string path, string size)
    {
        var reason = Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path);
        Assert.SkipWhen(reason is not null, $"no tmpfs can be mounted here: {reason}");
        return new TemporaryFileSystem(path);
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Path.Combine(_path, Filler), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 1);
        var block = new byte[4096];
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Path.Combine(_path, Filler));

    /// <summary>Nothing can be written any more; who has a file open for writing keeps it from being so.</summary>
    public void MakeReadOnly()
    {
        var reason = Run("mount", "-o", "remount,ro", _path);
        Assert.True(reason is null, reason);
    }

    public void Dispose() => Run("umount", "--lazy", _path);

    /// <returns>What went wrong; null when nothing did.</returns>
    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true }) ?? throw new UnreachableException();
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return exception.Message;
        }
    }
}
