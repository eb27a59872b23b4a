using Microsoft.Win32.SafeHandles;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Linux;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Locks;

/// <summary>
/// Keeps two agents from the same run file. The lock is the system's (flock) on a file beside the checkpoint, so that it ends with the process
/// that has it, however that ends; the file stays. It is taken for each run file and not for a root: roots overlap, and a sync of one run may
/// go on beside a watch of the others.
/// </summary>
/// <remarks>
/// .NET would lock files by itself, trainers' files too; this program has that switched off (System.IO.DisableFileLocking), so flock is called
/// here. NFS hands it on to the server; a file system that knows no locks says so.
/// </remarks>
internal static class RunLock
{
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Mode = 0x1B6; // rw-rw-rw-, less the umask: agents of other users must be able to ask.

    /// <summary>Takes the locks of all files or of none; never waits.</summary>
    /// <param name="runFiles">The files of one run.</param>
    public static LockOutcome Take(IEnumerable<string> runFiles, string stateRoot, LockOwner self)
    {
        var taken = new List<SafeFileHandle>();
        LockOutcome? failed = null;
        foreach (var file in runFiles)
        {
            failed = TakeOne(file, stateRoot, self, taken);
            if (failed is LockOutcome.Held)
                break;
        }
        var locks = new Locks(taken);
        if (failed is null || failed is LockOutcome.Impossible && taken.Count > 0)
            return new LockOutcome.Taken(locks);
        locks.Dispose();
        return failed;
    }

    /// <returns>Null when it was taken.</returns>
    private static LockOutcome? TakeOne(string runFile, string stateRoot, LockOwner self, List<SafeFileHandle> taken)
    {
        if (!OperatingSystem.IsLinux())
            return new LockOutcome.Impossible("this system has no flock");
        string path;
        try
        {
            path = Path.Combine(new StateDirectory(runFile, stateRoot).Writable(), Path.GetFileName(runFile) + ".lock");
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return new LockOutcome.Impossible(ReadFailure.Describe(exception));
        }
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
            taken.Add(handle);
            WriteOwner(handle, self);
            return null;
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

    private sealed class Locks(IReadOnlyList<SafeFileHandle> files) : IDisposable
    {
        public void Dispose()
        {
            foreach (var file in files)
                file.Dispose();
        }
    }
}
