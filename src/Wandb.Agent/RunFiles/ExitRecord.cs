using Wandb.Agent.Records;

namespace Wandb.Agent.RunFiles;

/// <summary>Whether a run file says itself that it is over.</summary>
internal static class ExitRecord
{
    /// <summary>Reads the file to its present end, unless the record comes before.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static bool StandsIn(string path)
    {
        using var reader = RunFileReader.Open(path, 0, follow: true);
        reader.Judge();
        while (reader.Next() is var result && result.Kind != RecordReadKind.NeedMoreData)
        {
            if (result.Kind == RecordReadKind.Record && RecordEnvelope.TryParse(result.Payload, out var record) && record.Kind == RecordKind.Exit)
                return true;
        }
        return false;
    }
}
