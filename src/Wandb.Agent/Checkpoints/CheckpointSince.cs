using Wandb.Agent.Uploads;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// What a checkpoint in the log leaves out, because the checkpoint proper has it: a run that has named thousands of files would otherwise write all their
/// names with every request. Files are those of before with what has changed and come; artifacts only come.
/// </summary>
/// <param name="Checksum">Of the document of the checkpoint proper: nothing else may be put in.</param>
/// <param name="ArtifactOffsets">So many of its artifact records stand before those that are written.</param>
/// <param name="Artifacts">So many of its committed artifacts.</param>
internal sealed record CheckpointSince(string Checksum, int ArtifactOffsets, int Artifacts)
{
    /// <summary>With fewer entries a checkpoint is written whole: it can then be read without any other.</summary>
    public const int WorthIt = 256;

    /// <param name="before">The checkpoint proper, as it was kept last.</param>
    /// <returns>Null: it is to be written whole.</returns>
    public static Checkpoint? Shorten(Checkpoint whole, Checkpoint before, string checksum)
    {
        var (offsets, artifacts) = (before.State.ArtifactOffsets, before.Artifacts);
        if (before.State.Files.Count + offsets.Count + artifacts.Count < WorthIt
            || !BeginsWith(whole.State.ArtifactOffsets, offsets) || !BeginsWith(whole.Artifacts, artifacts)
            || Changed(whole.State.Files, before.State.Files) is not { } files)
            return null;
        return whole with
        {
            Version = Checkpoint.ShortVersion,
            Since = new CheckpointSince(checksum, offsets.Count, artifacts.Count),
            State = whole.State with { Files = files, ArtifactOffsets = [.. whole.State.ArtifactOffsets.Skip(offsets.Count)] },
            Artifacts = [.. whole.Artifacts.Skip(artifacts.Count)],
        };
    }

    /// <param name="shortened">With <see cref="Checkpoint.Since"/>.</param>
    /// <param name="before">The checkpoint proper that it names.</param>
    public static Checkpoint Complete(Checkpoint shortened, Checkpoint before)
    {
        var since = shortened.Since!;
        var changed = shortened.State.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        List<PlannedFile> files = [.. before.State.Files.Select(file => changed.Remove(file.Path, out var later) ? later : file)];
        files.AddRange(shortened.State.Files.Where(file => changed.ContainsKey(file.Path)));
        return shortened with
        {
            Version = Checkpoint.CurrentVersion,
            Since = null,
            State = shortened.State with { Files = files, ArtifactOffsets = [.. before.State.ArtifactOffsets.Take(since.ArtifactOffsets), .. shortened.State.ArtifactOffsets] },
            Artifacts = [.. before.Artifacts.Take(since.Artifacts), .. shortened.Artifacts],
        };
    }

    /// <returns>Null when they are not those of before, in their order, and more.</returns>
    private static List<PlannedFile>? Changed(List<PlannedFile> files, List<PlannedFile> before)
    {
        if (files.Count < before.Count)
            return null;
        var changed = new List<PlannedFile>();
        for (var i = 0; i < files.Count; i++)
        {
            if (i < before.Count && files[i].Path != before[i].Path)
                return null;
            if (i >= before.Count || files[i] != before[i])
                changed.Add(files[i]);
        }
        return changed;
    }

    private static bool BeginsWith<T>(List<T> list, List<T> before) => list.Count >= before.Count && list.Take(before.Count).SequenceEqual(before);
}
