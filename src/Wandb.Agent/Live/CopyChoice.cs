namespace Wandb.Agent.Live;

/// <summary>
/// Which files of a run are its parts, and which are copies of one: a run directory was copied, or a backup of it brought back. Lines of a copy are those of
/// the other file and must not be sent as well.
/// </summary>
/// <param name="Kept">In the order in which they were given.</param>
internal sealed record CopyChoice(IReadOnlyList<WatchedFile> Kept, IReadOnlyList<LeftOutFile> LeftOut)
{
    /// <summary>
    /// Of files that were begun as one, the longest stands for the others, of equal ones the first; but one that holds all that another does, or at least
    /// more whole records, goes before that: where one is damaged, the sound one is sent.
    /// </summary>
    /// <param name="growing">Path of a file that is written while others stand still: it stands for its copies whatever they hold. Null: nobody knows of one.</param>
    /// <param name="likenessOf">Compares the first with the second.</param>
    public static CopyChoice Of(IReadOnlyList<WatchedFile> files, string? growing, Func<WatchedFile, WatchedFile, Likeness> likenessOf)
    {
        List<WatchedFile> kept = [];
        List<LeftOutFile> leftOut = [];
        foreach (var file in files.OrderByDescending(IsGrowing).ThenByDescending(file => file.Length))
        {
            var at = kept.FindIndex(file.WasBegunAs);
            if (at < 0)
            {
                kept.Add(file);
                continue;
            }
            var other = kept[at];
            var likeness = likenessOf(file, other);
            if (IsGrowing(other) || likeness is not Likeness.Different different || !IsFuller(different))
            {
                leftOut.Add(new LeftOutFile(file, other, likeness));
                continue;
            }
            kept[at] = file;
            // Whatever was a copy of the other one.
            if (different.Holds)
                leftOut = [.. leftOut.Select(left => left.IsCopy && ReferenceEquals(left.Of, other) ? left with { Of = file } : left)];
            leftOut.Add(new LeftOutFile(other, file, different.Turned));
        }
        return new CopyChoice([.. files.Where(file => kept.Exists(one => ReferenceEquals(one, file)))], leftOut);

        bool IsGrowing(WatchedFile file) => string.Equals(file.Path, growing, StringComparison.Ordinal);
    }

    /// <summary>One that was left out and has grown since, beyond the one that stands for it; null: there is none.</summary>
    /// <param name="lengthOf">Its length now; null when it is gone.</param>
    public WatchedFile? Overtaking(Func<WatchedFile, long?> lengthOf) =>
        LeftOut.FirstOrDefault(left => lengthOf(left.File) is { } length && length > left.File.Length && length > lengthOf(left.Of))?.File;

    private static bool IsFuller(Likeness.Different different) =>
        !different.IsHeld && (different.Holds || different.Records > different.RecordsOfOther);
}
