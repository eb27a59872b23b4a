using System.Collections.Immutable;

namespace Wandb.Benchmarks.Compare;

/// <summary>
/// What was in a run folder before a program worked on it. Markers, receipts and checkpoints of one measurement would make the next one find its
/// work done.
/// </summary>
internal sealed record RunFolderContents(string Folder, ImmutableHashSet<string> Entries)
{
    public static RunFolderContents Of(string folder) => new(folder, [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)]);

    public void RemoveWhatIsNew()
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories).Where(IsTopmostOfWhatIsNew).ToArray())
        {
            if (Directory.Exists(entry))
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }
    }

    private bool IsTopmostOfWhatIsNew(string entry) =>
        !Entries.Contains(entry) && Path.GetDirectoryName(entry) is { } parent && (parent == Folder || Entries.Contains(parent));
}
