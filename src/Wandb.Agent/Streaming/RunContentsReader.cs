using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Streaming;

/// <summary>Goes through a run file from its start to its present end, past all damage. Reads only.</summary>
internal static class RunContentsReader
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static void Read(string path, RunContents contents, CancellationToken ct)
    {
        using var reader = RunFileReader.Open(path, 0);
        for (long records = 0; ; records++)
        {
            if (records % 1024 == 0)
                ct.ThrowIfCancellationRequested();
            var result = reader.Next();
            switch (result.Kind)
            {
                case RecordReadKind.Record:
                    contents.Add(result.Payload, reader.RecordStart, reader.ResumeOffset);
                    break;
                case RecordReadKind.Corrupt:
                    contents.Ledger.AddDamage(result.Damage);
                    break;
                default:
                    return;
            }
        }
    }
}
