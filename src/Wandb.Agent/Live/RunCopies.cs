using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Compares the files of one run that may be copies of each other: whole, and each pair once. When they have only grown since, what was compared is not
/// read again. Not thread-safe.
/// </summary>
/// <param name="longBytes">From so many bytes on a comparison is told while it goes on: a few seconds of a slow disk.</param>
internal sealed class RunCopies(long longBytes = 256L * 1024 * 1024)
{
    private readonly Dictionary<(string, string), Comparison> _done = [];

    /// <param name="compared">Told now and then of a long comparison: the file, and how far it is.</param>
    /// <inheritdoc cref="CopyChoice.Of"/>
    public CopyChoice Choose(IReadOnlyList<WatchedFile> files, string? growing, Action<WatchedFile, long> compared, CancellationToken ct) =>
        CopyChoice.Of(files, growing, (file, other) => Compare(file, other, compared, ct));

    private Likeness Compare(WatchedFile file, WatchedFile other, Action<WatchedFile, long> compared, CancellationToken ct)
    {
        var key = (file.Path, other.Path);
        var (stamp, stampOfOther) = (FileStamp.Of(file.Path), FileStamp.Of(other.Path));
        var before = _done.GetValueOrDefault(key);
        if (before is not null && before.Likeness is not Likeness.Unknown && before.File == stamp && before.Other == stampOfOther)
            return before.Likeness;
        var isSameSoFar = before is { Likeness: Likeness.Copy } && HasOnlyGrown(before.File, stamp) && HasOnlyGrown(before.Other, stampOfOther);
        var likeness = Compare(file, other, isSameSoFar ? before!.Length : 0, compared, ct);
        // One that has grown meanwhile was not compared as far as it goes now.
        if (stamp?.Length == file.Length)
            _done[key] = new Comparison(stamp, stampOfOther, file.Length, likeness);
        return likeness;
    }

    private Likeness Compare(WatchedFile file, WatchedFile other, long from, Action<WatchedFile, long> compared, CancellationToken ct)
    {
        var comparison = new RunFileComparison(Tell, ct);
        try
        {
            if (file.Length <= other.Length && comparison.BeginAlike(file.Path, other.Path, Math.Min(from, file.Length), file.Length))
                return new Likeness.Copy();
            return new Likeness.Different(
                comparison.HoldsRecordsOf(other.Path, file.Path), comparison.HoldsRecordsOf(file.Path, other.Path),
                comparison.CountRecords(file.Path), comparison.CountRecords(other.Path));
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return new Likeness.Unknown(ReadFailure.Describe(exception));
        }

        void Tell(long bytes)
        {
            if (bytes >= longBytes)
                compared(file, bytes);
        }
    }

    /// <summary>A file that was written over has another time of change and the same length, or less.</summary>
    private static bool HasOnlyGrown(FileStamp? before, FileStamp? now) =>
        before is { } then && now is { } there && then.IsSameFileAs(there) && (then == there || there.Length > then.Length);

    /// <param name="File">Both as they were when they were compared.</param>
    /// <param name="Length">Of the first one.</param>
    private sealed record Comparison(FileStamp? File, FileStamp? Other, long Length, Likeness Likeness);
}
