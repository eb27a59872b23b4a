using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// What the server acknowledged since the last checkpoint of a run file: a line for each request, itself a checkpoint (without what the checkpoint proper has, where that is much), the last one counts. Checkpoints
/// are flushed to the disk and therefore seconds apart; a line costs a write to memory of the system, so that a process that is killed repeats no more
/// than the request on its way, and a machine that loses power goes back to the checkpoint. A line that is not whole was being written: the one before it counts.
/// </summary>
internal sealed class AcknowledgementLog(StateDirectory state, string runFile, DurableFile durable)
{
    /// <summary>Beyond it the file is replaced by the next line alone: some ten requests, and what is read at a start.</summary>
    private const int MaxBytes = 64 * 1024;

    private readonly string _name = Path.GetFileName(runFile) + ".acknowledged.jsonl";

    /// <returns>Why nothing could be written; null when it was.</returns>
    public string? Append(Checkpoint checkpoint)
    {
        try
        {
            // A line feed before it, too: an agent that was killed may have left a part of a line.
            byte[] line = [(byte)'\n', .. CheckpointDocument.Of(checkpoint), (byte)'\n'];
            state.Write(folder => Append(Path.Combine(folder, _name), line));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ReadFailure.Describe(exception);
        }
    }

    /// <summary>The last whole line of each place that has one.</summary>
    public IEnumerable<StoredCheckpoint> Stored()
    {
        foreach (var path in state.Candidates(_name))
        {
            if (LastOf(path) is { } last)
                yield return last;
        }
    }

    public void Remove()
    {
        foreach (var path in state.Candidates(_name).Where(File.Exists))
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It stays and does not count: the checkpoint goes as far and is the later one.
                return;
            }
        }
    }

    private void Append(string path, byte[] line)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
            durable.Replace(path, line, flush: false);
        else
            durable.Append(path, line);
    }

    private static StoredCheckpoint? LastOf(string path)
    {
        ReadOnlySpan<byte> rest;
        try
        {
            rest = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not there, or not ours to read.
            return null;
        }
        while ((rest = rest.TrimEnd((byte)'\n')).Length > 0)
        {
            var line = rest[(rest.LastIndexOf((byte)'\n') + 1)..];
            if (StoredCheckpoint.Parse(path, line) is { Problem: not StoredCheckpoint.Damaged } stored)
                return stored;
            rest = rest[..^line.Length];
        }
        return null;
    }
}
