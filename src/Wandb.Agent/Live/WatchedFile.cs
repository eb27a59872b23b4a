using Wandb.Agent.Checkpoints;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>A run file below the roots, as it was when it was looked at last.</summary>
/// <param name="Proof">Of its first bytes: tells it from another file at the same place, and recognises it at another one.</param>
/// <param name="Length">Bytes.</param>
internal sealed record WatchedFile(RunHead Head, FileProof Proof, long Length)
{
    public string Path => Head.Path;

    /// <summary>Never fails: what cannot be read has a head without a run.</summary>
    public static WatchedFile Read(string path)
    {
        var head = RunHead.Read(path);
        if (head.Run is null)
            return new WatchedFile(head, new FileProof(0, ""), FileStamp.Of(path)?.Length ?? 0);
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> start = stackalloc byte[4096];
            start = start[..RandomAccess.Read(file, start, 0)];
            return new WatchedFile(head, FileProof.Of(start, start.Length), RandomAccess.GetLength(file));
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return new WatchedFile(head with { Run = null, Problem = ReadFailure.Describe(exception) }, new FileProof(0, ""), 0);
        }
    }

    /// <summary>Whether both were one file when they were begun: no two parts of a run were begun by one trainer at one time.</summary>
    public bool WasBegunAs(WatchedFile other) =>
        IsSameContentAs(other) || Head is { WriterId: { } writer, Run.StartTime: { } start } && writer == other.Head.WriterId && start.Equals(other.Head.Run?.StartTime);

    /// <summary>Whether another file begins with the same bytes: it was moved or copied.</summary>
    public bool IsSameContentAs(WatchedFile other)
    {
        // The shorter proof may be of a file that had only begun.
        var (shorter, longer) = Proof.Bytes <= other.Proof.Bytes ? (this, other) : (other, this);
        return shorter.Proof.Bytes > 0 && (shorter.Proof == longer.Proof || shorter.Proof.Bytes < longer.Proof.Bytes && longer.BeginsLike(shorter.Proof));
    }

    private bool BeginsLike(FileProof proof)
    {
        try
        {
            using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> start = stackalloc byte[4096];
            return proof.Matches(start[..RandomAccess.Read(file, start, 0)]);
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return false;
        }
    }
}
