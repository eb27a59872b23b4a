using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Uploads;

/// <summary>Which files of one run are due. One owner at a time.</summary>
internal sealed class FilePlan
{
    private readonly bool backslashSeparates;
    private readonly OrderedDictionary<string, PlannedFile> files = new(StringComparer.Ordinal);

    /// <param name="backslashSeparates">See <see cref="RunFilePath"/>.</param>
    /// <param name="restored">The files of a checkpoint.</param>
    internal FilePlan(bool backslashSeparates, IEnumerable<PlannedFile> restored)
    {
        this.backslashSeparates = backslashSeparates;
        foreach (var file in restored)
            files[file.Path] = file;
    }

    /// <summary>In the order in which they were first named; what a checkpoint keeps.</summary>
    internal IReadOnlyCollection<PlannedFile> Files => files.Values;

    /// <summary>Notes an item of a FilesRecord. The last policy of a path wins, and naming it again makes it due again.</summary>
    /// <returns>Why the path is not accepted; null if it is.</returns>
    internal string? Add(string path, UploadPolicy policy)
    {
        if (RunFilePath.Check(path, backslashSeparates, out var normalised) is { } problem)
            return problem;
        var before = files.GetValueOrDefault(normalised);
        files[normalised] = new PlannedFile(normalised, policy, IsPending: true, before?.UploadedMd5) { Stamp = before?.Stamp };
        return null;
    }

    /// <summary>Files to upload while the run goes on.</summary>
    internal IReadOnlyList<PlannedFile> DueNow() => [.. files.Values.Where(file => file.IsPending && file.Policy != UploadPolicy.End)];

    /// <summary>Files to upload when the run has ended: also those that may have changed, which the uploader tells by their digest.</summary>
    internal IReadOnlyList<PlannedFile> DueAtEnd() => [.. files.Values.Where(file => file.IsPending || file.Policy != UploadPolicy.Now)];

    /// <summary>Notes that the server has the file with this content.</summary>
    /// <param name="stamp">See <see cref="PlannedFile.Stamp"/>.</param>
    internal void Uploaded(string path, string md5, FileStamp? stamp)
    {
        if (files.TryGetValue(path, out var file))
            files[path] = file with { IsPending = false, UploadedMd5 = md5, Stamp = stamp };
    }
}
