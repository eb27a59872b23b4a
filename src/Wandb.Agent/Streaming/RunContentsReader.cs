using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Streaming;

/// <summary>Goes through a run file from its start to its present end, past all damage. Reads only.</summary>
internal static class RunContentsReader
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static void Read(string path, RunContents contents, CancellationToken ct) => Read(path, 0, contents, static () => false, ct);

    /// <param name="offset">Where a record begins.</param>
    /// <param name="isEnough">Whether the rest does not matter; asked before each record.</param>
    /// <inheritdoc cref="Read(string, RunContents, CancellationToken)"/>
    public static void Read(string path, long offset, RunContents contents, Func<bool> isEnough, CancellationToken ct)
    {
        using var reader = RunFileReader.Open(path, offset);
        if (!contents.State.Identity.IsKnown && RunHead.Read(path).Run is { } run)
            contents.State.Begin(run);
        for (long records = 0; !isEnough(); records++)
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
