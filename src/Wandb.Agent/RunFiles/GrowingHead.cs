using Wandb.Agent.Records;

namespace Wandb.Agent.RunFiles;

/// <summary>Whether the beginning of a file that grows says already who writes it.</summary>
internal static class GrowingHead
{
    /// <summary>
    /// A file without an environment record that has neither a whole block nor an end: a file that was cut, or is being copied. The SDK writes
    /// whole blocks, and the environment is in the first one.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static bool IsTooShort(RunHead head)
    {
        if (head.WriterId is not null || FileStamp.Of(head.Path) is not { Length: < RunFileFormat.BlockBytes })
            return false;
        using var reader = RunFileReader.Open(head.Path, 0, follow: true);
        while (reader.Next() is var result && result.Kind != RecordReadKind.NeedMoreData)
        {
            if (result.Kind == RecordReadKind.Record && RecordEnvelope.TryParse(result.Payload, out var record) && record.Kind == RecordKind.Exit)
                return false;
        }
        return true;
    }
}
