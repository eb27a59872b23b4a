using System.Text.Json;

namespace Wandb.Sandbox.Backend.Storage;

/// <summary>
/// The folder of a backend: runs/ENTITY/PROJECT/RUN/{run.json, streams/, files/}, artifacts/ID/{artifact.json, files/, manifests/},
/// uploads/ for what is still coming (emptied at start).
/// </summary>
internal sealed class StorageFolder : IDisposable
{
    private const string RunFileName = "run.json";
    private const string ArtifactFileName = "artifact.json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly string root;
    private FileStream? ownership;
    private long uploads;

    private StorageFolder(string root, bool isTemporary, bool isReadOnly) =>
        (this.root, IsTemporary, IsReadOnly) = (root, isTemporary, isReadOnly);

    public bool IsTemporary { get; }

    public bool IsReadOnly { get; }

    /// <summary>The folder of a server.</summary>
    /// <param name="directory">Made when missing. Null: a temporary folder that goes with this object.</param>
    /// <exception cref="IOException">Another server uses the folder.</exception>
    public static StorageFolder Open(string? directory)
    {
        var root = directory is null ? Directory.CreateTempSubdirectory("wandb-sandbox-").FullName : Directory.CreateDirectory(directory).FullName;
        var folder = new StorageFolder(root, isTemporary: directory is null, isReadOnly: false)
        {
            ownership = new FileStream(Path.Combine(root, ".lock"), FileMode.Create, FileAccess.Write, FileShare.None),
        };
        if (Directory.Exists(folder.Uploads))
        {
            Directory.Delete(folder.Uploads, recursive: true);
        }

        Directory.CreateDirectory(folder.Uploads);
        return folder;
    }

    /// <summary>The folder of a server that may be running, to look into it.</summary>
    public static StorageFolder OpenForReading(string directory) => new(Path.GetFullPath(directory), isTemporary: false, isReadOnly: true);

    private string Uploads => Path.Combine(root, "uploads");

    public string NextUpload() =>
        Path.Combine(Uploads, Interlocked.Increment(ref uploads).ToString(System.Globalization.CultureInfo.InvariantCulture));

    public string RunFolder(RunKey run) =>
        Path.Combine(root, "runs", SafePath.Segment(run.Entity), SafePath.Segment(run.Project), SafePath.Segment(run.Name));

    public string StreamPath(RunKey run, string name) => Path.Combine(RunFolder(run), "streams", SafePath.Segment(name));

    public string RunFilePath(RunKey run, string path) => Path.Combine(RunFolder(run), "files", SafePath.Relative(path));

    public string ArtifactFilePath(string artifactId, string path) => Path.Combine(ArtifactFolder(artifactId), "files", SafePath.Relative(path));

    public string ManifestPath(string artifactId, string manifestId) => Path.Combine(ArtifactFolder(artifactId), "manifests", SafePath.Segment(manifestId));

    public void Save(RunKey key, RunRecord run) => Write(Path.Combine(RunFolder(key), RunFileName), run);

    public void Save(ArtifactRecord artifact) => Write(Path.Combine(ArtifactFolder(artifact.Id), ArtifactFileName), artifact);

    public IEnumerable<RunRecord> Runs() => Read<RunRecord>(Path.Combine(root, "runs"), RunFileName);

    public IEnumerable<ArtifactRecord> Artifacts() => Read<ArtifactRecord>(Path.Combine(root, "artifacts"), ArtifactFileName);

    /// <summary>Moves a finished upload to its place; an earlier content of that place goes.</summary>
    public static void Move(string upload, string place)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.Move(upload, place, overwrite: true);
    }

    /// <summary>Gives the folder up, and removes it if it is a temporary one.</summary>
    public void Dispose()
    {
        ownership?.Dispose();
        if (IsTemporary)
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private string ArtifactFolder(string artifactId) => Path.Combine(root, "artifacts", SafePath.Segment(artifactId));

    // A temporary folder is read by nobody: what would be written lies in memory anyway.
    private void Write<T>(string path, T value)
    {
        if (IsTemporary)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = File.Create(path + ".new"))
        {
            JsonSerializer.Serialize(file, value, Json);
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    private static IEnumerable<T> Read<T>(string folder, string name)
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        // Uploaded files may have these names too, one level deeper: below "files".
        foreach (var path in Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories).Where(path => !IsContent(folder, path)))
        {
            using var file = File.OpenRead(path);
            yield return JsonSerializer.Deserialize<T>(file, Json) ?? throw new InvalidDataException($"{path} is empty");
        }
    }

    private static bool IsContent(string folder, string path)
    {
        var depth = Path.GetRelativePath(folder, path).Count(c => c == Path.DirectorySeparatorChar);
        return depth != (Path.GetFileName(folder.AsSpan()).SequenceEqual("runs") ? 3 : 1);
    }
}
