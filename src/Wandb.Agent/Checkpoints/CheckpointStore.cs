using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// Keeps the checkpoint of one run file. What cannot be understood, or is not true, is set aside under another name, for whoever wants to know;
/// the server is asked instead.
/// </summary>
internal sealed class CheckpointStore(StateDirectory state, string runFile, DurableFile durable)
{
    private readonly string _name = Path.GetFileName(runFile) + ".checkpoint.json";
    private readonly AcknowledgementLog _log = new(state, runFile, durable);

    // What was kept last, and the checksum of its document: the log leaves out what it has.
    private (Checkpoint Checkpoint, string Checksum)? _proper;

    private const string SetAsideSuffix = ".unused";

    /// <summary>The first one that can be understood.</summary>
    public Checkpoint? Load() => Stored().FirstOrDefault(stored => stored.Checkpoint is not null)?.Checkpoint;

    /// <summary>Those that are there, the one that goes furthest first: where a disk was full for a while, the preferred place has an old one.</summary>
    public IEnumerable<StoredCheckpoint> Stored()
    {
        var proper = state.Candidates(_name).Select(Read).OfType<StoredCheckpoint>().ToList();
        return proper.Concat(_log.Stored().Select(stored => Complete(stored, proper)).OfType<StoredCheckpoint>())
            .OrderByDescending(stored => stored.Checkpoint?.Offset ?? long.MaxValue)
            .ThenByDescending(stored => stored.Checkpoint?.Sequence);
    }

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
            var content = CheckpointDocument.Of(checkpoint);
            state.Write(folder => durable.Replace(Path.Combine(folder, _name), content));
            _proper = (checkpoint, CheckpointDocument.ChecksumOf(content));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ReadFailure.Describe(exception);
        }
    }

    /// <summary>Keeps what was acknowledged since the last checkpoint, see <see cref="AcknowledgementLog"/>.</summary>
    /// <returns>As <see cref="Save"/>.</returns>
    public string? Append(Checkpoint checkpoint) =>
        _log.Append(_proper is { } proper && CheckpointSince.Shorten(checkpoint, proper.Checkpoint, proper.Checksum) is { } shortened ? shortened : checkpoint);

    /// <summary>Of a run that is done: its last checkpoint holds everything.</summary>
    public void RemoveLog() => _log.Remove();

    /// <returns>Null when the checkpoint that it goes on from has been replaced: the later one goes at least as far.</returns>
    private static StoredCheckpoint? Complete(StoredCheckpoint stored, List<StoredCheckpoint> proper)
    {
        if (stored.Checkpoint is not { Since: { } since } shortened)
            return stored;
        var before = proper.FirstOrDefault(one => one.Checkpoint is not null && one.Checksum == since.Checksum)?.Checkpoint;
        return before is null ? null : stored with { Checkpoint = CheckpointSince.Complete(shortened, before) };
    }

    /// <returns>Null when there is none.</returns>
    private static StoredCheckpoint? Read(string path)
    {
        try
        {
            return StoredCheckpoint.Parse(path, File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not there, or not ours to read: there is nothing to set aside.
            return null;
        }
    }
}
