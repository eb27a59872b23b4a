namespace Wandb.Agent.Verification;

/// <summary>The files of a run: those that its records name, and those that every sync makes from them.</summary>
internal static class NamedFiles
{
    private static readonly string[] AlwaysGenerated = ["config.yaml", "wandb-summary.json"];

    /// <param name="parts">In the order of their start; a later part overwrites files of the same name.</param>
    /// <param name="folderOf">The folder of the named files of a run file.</param>
    public static IReadOnlyList<NamedFile> Of(IReadOnlyList<VerifiedPart> parts, Func<string, string> folderOf)
    {
        var files = new OrderedDictionary<string, NamedFile>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            var sent = (part.Receipt?.Files ?? []).ToDictionary(file => file.Name, StringComparer.Ordinal);
            var gone = (part.Receipt?.MissingFiles ?? []).ToHashSet(StringComparer.Ordinal);
            var named = new HashSet<string>(StringComparer.Ordinal);
            foreach (var file in part.Contents.State.Files.Files)
            {
                named.Add(file.Path);
                files[file.Path] = new NamedFile(
                    file.Path, $"{folderOf(part.Head.Path)}/{file.Path}", sent.GetValueOrDefault(file.Path), gone.Contains(file.Path));
            }
            foreach (var name in part.Receipt is null ? Generated(part) : sent.Keys.Where(name => !named.Contains(name)).Concat(AlwaysGenerated))
                files[name] = new NamedFile(name, null, sent.GetValueOrDefault(name), false);
        }
        return [.. files.Values];
    }

    private static IEnumerable<string> Generated(VerifiedPart part)
    {
        foreach (var name in AlwaysGenerated)
            yield return name;
        if (!part.Contents.State.Environment.IsEmpty)
            yield return "wandb-metadata.json";
        if (part.Contents.State.HasConsole)
            yield return "output.log";
    }
}
