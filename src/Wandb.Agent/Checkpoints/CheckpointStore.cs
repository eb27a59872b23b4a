using System.Globalization;
using System.Text.Json;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// Keeps the checkpoint of one run file. What cannot be understood, or is not true, is set aside under another name, for whoever wants to know;
/// the server is asked instead.
/// </summary>
internal sealed class CheckpointStore(StateDirectory state, string runFile, DurableFile durable)
{
    private readonly string _name = Path.GetFileName(runFile) + ".checkpoint.json";

    private const string SetAsideSuffix = ".unused";

    /// <summary>The first one that can be understood.</summary>
    public Checkpoint? Load() => Stored().FirstOrDefault(stored => stored.Checkpoint is not null)?.Checkpoint;

    /// <summary>Those that are there, the one that goes furthest first: where a disk was full for a while, the preferred place has an old one.</summary>
    public IEnumerable<StoredCheckpoint> Stored() =>
        state.Candidates(_name).Select(Read).OfType<StoredCheckpoint>().OrderByDescending(stored => stored.Checkpoint?.Offset ?? long.MaxValue);

    /// <summary>Puts a checkpoint out of the way that must not be used.</summary>
    /// <returns>Where it is now; null when it could not be moved: it is passed over all the same.</returns>
    public static string? SetAside(string path)
    {
        try
        {
            File.Move(path, path + SetAsideSuffix, overwrite: true);
            return path + SetAsideSuffix;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>Why it could not be written; null when it was. A missing checkpoint costs time after a crash, not records.</returns>
    public string? Save(Checkpoint checkpoint)
    {
        try
        {
            var content = JsonSerializer.SerializeToUtf8Bytes(checkpoint, CheckpointJson.Default.Checkpoint);
            state.Write(folder => durable.Replace(Path.Combine(folder, _name), content));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ReadFailure.Describe(exception);
        }
    }

    /// <returns>Null when there is none.</returns>
    private static StoredCheckpoint? Read(string path)
    {
        try
        {
            var content = File.ReadAllBytes(path);
            var version = JsonSerializer.Deserialize(content, CheckpointJson.Default.CheckpointVersion)?.Version;
            if (version is null)
                return new StoredCheckpoint(path, null, "damaged");
            if (version != Checkpoint.CurrentVersion)
                return new StoredCheckpoint(path, null, string.Create(CultureInfo.InvariantCulture, $"of version {version}, and this agent knows version {Checkpoint.CurrentVersion}"));
            return new StoredCheckpoint(path, JsonSerializer.Deserialize(content, CheckpointJson.Default.Checkpoint), null);
        }
        catch (JsonException)
        {
            return new StoredCheckpoint(path, null, "damaged");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not there, or not ours to read: there is nothing to set aside.
            return null;
        }
    }
}
