using Microsoft.Win32.SafeHandles;
using Wandb.Agent.Linux;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Locks;

/// <summary>A lock of the system (flock) on a file of our own, so that it ends with the process that has it, however that ends; the file stays.</summary>
/// <remarks>
/// .NET would lock files by itself, trainers' files too; this program has that switched off (System.IO.DisableFileLocking), so flock is called
/// here. NFS hands it on to the server; a file system that knows no locks says so.
/// </remarks>
internal static class FileLock
{
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Unlock = 8;
    private const int Mode = 0x1B6; // rw-rw-rw-, less the umask: agents of other users must be able to ask.

    /// <summary>Never waits.</summary>
    /// <param name="path">Made when it is not there; its folder is.</param>
    public static LockOutcome Take(string path, LockOwner self)
    {
        if (!OperatingSystem.IsLinux())
            return new LockOutcome.Impossible("this system has no flock");
        var handle = Libc.Open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.CloseOnExec, Mode);
        if (handle.IsInvalid)
        {
            var reason = Libc.LastWords;
            handle.Dispose();
            return new LockOutcome.Impossible(reason);
        }
        var error = Lock(handle);
        if (error == 0)
        {
            WriteOwner(handle, self);
            return new LockOutcome.Taken(new Locked(handle));
        }
        using (handle)
            return error == ErrorNumber.WouldBlock ? new LockOutcome.Held(path, ReadOwner(handle)) : new LockOutcome.Impossible(Libc.Words(error));
    }

    /// <returns>0, or the system's error number.</returns>
    private static int Lock(SafeFileHandle handle)
    {
        while (true)
        {
            if (Libc.Flock(handle, Exclusive | NonBlocking) == 0)
                return 0;
            var error = Libc.LastError;
            if (error != ErrorNumber.Interrupted)
                return error;
        }
    }

    private static void WriteOwner(SafeFileHandle handle, LockOwner self)
    {
        try
        {
            var text = self.ToBytes();
            RandomAccess.Write(handle, text, 0);
            RandomAccess.SetLength(handle, text.Length);
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            // A full disk: the lock holds all the same, only its owner stays without a name.
        }
    }

    private static LockOwner? ReadOwner(SafeFileHandle handle)
    {
        Span<byte> text = stackalloc byte[512];
        try
        {
            return LockOwner.From(text[..RandomAccess.Read(handle, text, 0)]);
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return null;
        }
    }

    private sealed class Locked(SafeFileHandle handle) : IDisposable
    {
        public void Dispose()
        {
            if (handle.IsClosed)
                return;
            // Closing alone would leave the lock to a child that was forked meanwhile, until it closes its copy of the handle or execs.
            _ = Libc.Flock(handle, Unlock);
            handle.Dispose();
        }
    }
}
