using System.Globalization;
using System.Text.Json;

namespace Wandb.Agent.Checkpoints;

/// <summary>A checkpoint file as it was read.</summary>
/// <param name="Path">The file.</param>
/// <param name="Checkpoint">Null when it cannot be used, see <paramref name="Problem"/>.</param>
/// <param name="Problem">Put behind "is"; null for one that can be understood.</param>
internal sealed record StoredCheckpoint(string Path, Checkpoint? Checkpoint, string? Problem)
{
    public const string Damaged = "damaged";

    /// <summary>See <see cref="CheckpointDocument.ChecksumOf"/>.</summary>
    public string Checksum { get; init; } = "";

    /// <param name="content">JSON of a checkpoint, if all is well.</param>
    public static StoredCheckpoint Parse(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            var version = JsonSerializer.Deserialize(content, CheckpointJson.Default.CheckpointVersion)?.Version;
            if (version is null)
                return new StoredCheckpoint(path, null, Damaged);
            if (version is not (Checkpoints.Checkpoint.CurrentVersion or Checkpoints.Checkpoint.ShortVersion))
                return new StoredCheckpoint(
                    path, null, string.Create(CultureInfo.InvariantCulture, $"of version {version}, and this agent knows version {Checkpoints.Checkpoint.CurrentVersion}"));
            return CheckpointDocument.IsWhole(content)
                ? new StoredCheckpoint(path, JsonSerializer.Deserialize(content, CheckpointJson.Default.Checkpoint), null) { Checksum = CheckpointDocument.ChecksumOf(content) }
                : new StoredCheckpoint(path, null, Damaged);
        }
        catch (JsonException)
        {
            return new StoredCheckpoint(path, null, Damaged);
        }
    }
}
