using System.Text.Json;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Checkpoints;

/// <summary>Keeps the checkpoint of one run file. What cannot be read or understood counts as no checkpoint: the server is asked instead.</summary>
internal sealed class CheckpointStore(StateDirectory state, string runFile, DurableFile durable)
{
    private readonly string _name = Path.GetFileName(runFile) + ".checkpoint.json";

    public Checkpoint? Load()
    {
        foreach (var path in state.Candidates(_name))
        {
            try
            {
                var checkpoint = JsonSerializer.Deserialize(File.ReadAllBytes(path), CheckpointJson.Default.Checkpoint);
                if (checkpoint?.Version == Checkpoint.CurrentVersion)
                    return checkpoint;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
            {
                // Not there, torn by something that is not us, or of another version: the next place, or none.
            }
        }
        return null;
    }

    /// <returns>Why it could not be written; null when it was. A missing checkpoint costs time after a crash, not records.</returns>
    public string? Save(Checkpoint checkpoint)
    {
        try
        {
            durable.Replace(Path.Combine(state.Writable(), _name), JsonSerializer.SerializeToUtf8Bytes(checkpoint, CheckpointJson.Default.Checkpoint));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ReadFailure.Describe(exception);
        }
    }
}
