using System.Text.Json;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.Artifacts;

/// <summary>Everything that the upload of one artifact needs, from its record and the run it belongs to.</summary>
internal sealed record ArtifactPlan
{
    private ArtifactPlan()
    {
    }

    /// <summary>Name of the collection.</summary>
    internal required string Name { get; init; }

    internal required RunPath Run { get; init; }

    internal required CreateArtifactVariables Create { get; init; }

    internal required ArtifactManifestKind Kind { get; init; }

    /// <summary>The version that this one builds on; null: the latest one that the server knows.</summary>
    internal string? BaseId { get; init; }

    /// <summary>False: another writer commits the version.</summary>
    internal bool IsFinal { get; init; }

    internal bool UseAfterCommit { get; init; }

    internal int ManifestVersion { get; init; }

    internal string StoragePolicy { get; init; } = "";

    /// <summary>In the record's order, no path twice.</summary>
    internal IReadOnlyList<ManifestEntry> Entries { get; init; } = [];

    /// <summary>A gzip file with further entries, one JSON object a line: its places, the likeliest first; empty without one.</summary>
    internal IReadOnlyList<string> ManifestFilePaths { get; init; } = [];

    private TrainerFolders Folders { get; init; } = TrainerFolders.Unknown;

    /// <summary>What makes the record unusable; empty if nothing.</summary>
    internal IReadOnlyList<ArtifactProblem> Problems { get; init; } = [];

    /// <param name="run">As the server resolved it: an artifact goes where its run went, whatever the record says.</param>
    /// <param name="folders">For relative paths, and for folders that were moved.</param>
    internal static ArtifactPlan For(ArtifactRecord record, RunPath run, TrainerFolders folders)
    {
        var manifest = record.Manifest ?? new ArtifactManifest();
        var problems = new List<ArtifactProblem>();
        if (record.Manifest is null)
            problems.Add(new ArtifactProblem(null, "the record has no manifest"));
        var region = StorageRegion(manifest, problems);
        var entries = new OrderedDictionary<string, ManifestEntry>(StringComparer.Ordinal);
        foreach (var entry in manifest.Contents)
            entries[entry.Path] = Entry(entry, folders, problems);
        return new ArtifactPlan
        {
            Name = record.Name,
            Run = run,
            Create = Variables(record, run, region),
            Kind = record.IncrementalBeta1 ? ArtifactManifestKind.Incremental
                : record.DistributedId.Length > 0 ? ArtifactManifestKind.Patch
                : ArtifactManifestKind.Full,
            BaseId = OrNull(record.BaseId),
            IsFinal = record.Finalize,
            UseAfterCommit = record.UseAfterCommit,
            ManifestVersion = manifest.Version,
            StoragePolicy = manifest.StoragePolicy,
            Entries = [.. entries.Values],
            ManifestFilePaths = Places(manifest.ManifestFilePath, folders),
            Folders = folders,
            Problems = problems,
        };
    }

    /// <summary>The plan with entries from the manifest file; an entry of the record wins over one of the same path.</summary>
    internal ArtifactPlan WithEntriesOfFile(IReadOnlyList<ManifestEntry> more)
    {
        var entries = new OrderedDictionary<string, ManifestEntry>(StringComparer.Ordinal);
        foreach (var entry in more)
            entries[entry.Path] = entry with { LocalPaths = [.. entry.LocalPaths.SelectMany(path => Places(path, Folders))] };
        foreach (var entry in Entries)
            entries[entry.Path] = entry;
        return this with { Entries = [.. entries.Values] };
    }

    private static CreateArtifactVariables Variables(ArtifactRecord record, RunPath run, string? region) => new()
    {
        Entity = run.Entity,
        Project = run.Project,
        Type = record.Type,
        Collection = record.Name,
        Run = record.UserCreated ? null : run.Run,
        Digest = record.Digest,
        Description = OrNull(record.Description),
        Metadata = OrNull(record.Metadata),
        Aliases = record.Aliases,
        Tags = record.Tags,
        TtlDurationSeconds = record.TtlDurationSeconds == 0 ? null : record.TtlDurationSeconds,
        DistributedId = OrNull(record.DistributedId),
        ClientId = record.ClientId,
        SequenceClientId = record.SequenceClientId,
        StorageRegion = region,
    };

    private static ManifestEntry Entry(ArtifactManifestEntry entry, TrainerFolders folders, List<ArtifactProblem> problems)
    {
        var extra = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in entry.Extra)
        {
            extra[item.Key] = item.ValueJson;
            if (!IsJson(item.ValueJson))
                problems.Add(new ArtifactProblem(entry.Path, $"its value of {item.Key} is not JSON"));
        }

        return new ManifestEntry(entry.Path, entry.Digest)
        {
            Ref = OrNull(entry.Ref),
            SizeBytes = entry.Size,
            MimeType = OrNull(entry.Mimetype),
            LocalPaths = Places(entry.LocalPath, folders),
            BirthArtifactId = OrNull(entry.BirthArtifactId),
            SkipCache = entry.SkipCache,
            Extra = [.. extra],
        };
    }

    private static string? StorageRegion(ArtifactManifest manifest, List<ArtifactProblem> problems)
    {
        if (manifest.StoragePolicyConfig.LastOrDefault(item => item.Key == "storageRegion") is not { } item)
            return null;
        if (IsJson(item.ValueJson))
        {
            using var document = JsonDocument.Parse(item.ValueJson);
            if (document.RootElement.ValueKind == JsonValueKind.String)
                return document.RootElement.GetString();
        }

        problems.Add(new ArtifactProblem(null, "its storage region is not text"));
        return null;
    }

    private static IReadOnlyList<string> Places(string path, TrainerFolders folders) => path.Length == 0 ? [] : folders.Places(path);

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
