using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Backend.Storage;

/// <summary>Everything that clients have stored, and what was wrong with their requests.</summary>
internal sealed class BackendState
{
    private readonly StorageFolder folder;
    private readonly TimeProvider time;
    private readonly SortedDictionary<RunKey, StoredRun> runs = [];
    private readonly Dictionary<string, ArtifactRecord> artifacts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UploadTarget> targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, ReceivedUpload>> parts = new(StringComparer.Ordinal);
    private readonly List<string> problems = [];

    /// <summary>Takes over what the folder holds.</summary>
    public BackendState(StorageFolder folder, TimeProvider time)
    {
        this.folder = folder;
        this.time = time;
        foreach (var record in folder.Runs())
        {
            var key = new RunKey(record.Entity, record.Project, record.Name);
            runs[key] = new StoredRun(key, record, folder, time.GetUtcNow());
        }

        foreach (var artifact in folder.Artifacts())
        {
            artifacts[artifact.Id] = artifact;
        }
    }

    /// <summary>Guards this object and every run and artifact in it; held for a whole request, so requests are atomic.</summary>
    public Lock Gate { get; } = new();

    public StorageFolder Folder => folder;

    public IEnumerable<StoredRun> Runs => runs.Values;

    public IEnumerable<ArtifactRecord> Artifacts => artifacts.Values;

    public RequestCounts Counts { get; } = new();

    /// <summary>What clients did wrong, in order; at most <see cref="MaxProblems"/>.</summary>
    public IReadOnlyList<string> Problems => problems;

    private const int MaxProblems = 1000;

    public void Problem(string text)
    {
        if (problems.Count < MaxProblems)
        {
            problems.Add(text);
        }
    }

    public StoredRun? Run(RunKey key) => runs.GetValueOrDefault(key);

    /// <summary>Runs that a person may mean: ENTITY/PROJECT/RUN, PROJECT/RUN, a run's id or its display name.</summary>
    public IReadOnlyList<StoredRun> RunsNamed(string name)
    {
        var byPath = runs.Values.Where(run => $"{run.Key.Entity}/{run.Key.Project}/{run.Key.Name}" == name || $"{run.Key.Project}/{run.Key.Name}" == name
            || run.Key.Name == name).ToList();
        return byPath.Count > 0
            ? byPath
            : [.. runs.Values.Where(run => run.Record.Bucket["displayName"] is JsonValue shown && shown.TryGetValue(out string? text) && text == name)];
    }

    public StoredRun? RunById(string id) => runs.Values.FirstOrDefault(run => run.Key.Id == id);

    public StoredRun AddRun(RunKey key)
    {
        var run = new StoredRun(key, new RunRecord { Entity = key.Entity, Project = key.Project, Name = key.Name }, folder, time.GetUtcNow());
        runs.Add(key, run);
        return run;
    }

    public ArtifactRecord? Artifact(string? id) => id is null ? null : artifacts.GetValueOrDefault(id);

    public void AddArtifact(ArtifactRecord artifact) => artifacts.Add(artifact.Id, artifact);

    public void Save(StoredRun run) => folder.Save(run.Key, run.Record);

    public void Save(ArtifactRecord artifact) => folder.Save(artifact);

    /// <summary>Gives out a token for an upload. The same target has the same token. Tokens are forgotten at the end of the process.</summary>
    public string Offer(UploadTarget target)
    {
        var token = target switch
        {
            UploadTarget.RunFile run => StableId.Token("run", run.Run.Id, run.Path),
            UploadTarget.Manifest manifest => StableId.Token("manifest", manifest.ManifestId),
            UploadTarget.ArtifactFile file => StableId.Token("artifact", file.ArtifactId, file.Path),
            UploadTarget.Part part => StableId.Token("part", part.UploadId, part.Name),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        targets[token] = target;
        return token;
    }

    public UploadTarget? Target(string token) => targets.GetValueOrDefault(token);

    /// <summary>Begins a multipart upload, or begins it again: parts that came before go.</summary>
    public void BeginParts(string uploadId)
    {
        if (parts.TryGetValue(uploadId, out var old))
        {
            foreach (var part in old.Values)
            {
                File.Delete(part.TemporaryPath);
            }
        }

        parts[uploadId] = [];
    }

    public bool TryGetParts(string uploadId, [NotNullWhen(true)] out SortedDictionary<int, ReceivedUpload>? received) =>
        parts.TryGetValue(uploadId, out received);

    public void EndParts(string uploadId)
    {
        BeginParts(uploadId);
        parts.Remove(uploadId);
    }

    public JsonNode? ManifestContent(ManifestRecord manifest)
    {
        var path = folder.ManifestPath(manifest.ArtifactId, manifest.Id);
        return manifest.ReceivedMd5 is null ? null : ExtendedJson.Parse(File.ReadAllBytes(path));
    }
}
