using Google.Protobuf;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.RunFiles;

/// <summary>The beginning of a run file: enough to know whose it is.</summary>
/// <param name="Path">The run file.</param>
/// <param name="Run">The first run record; null when the file cannot be synced, see <paramref name="Problem"/>.</param>
/// <param name="WriterId">The trainer's own id, if an environment record stands near the beginning.</param>
/// <param name="Problem">One sentence without the path.</param>
internal sealed record RunHead(string Path, RunRecord? Run, string? WriterId, string? Problem)
{
    // header, run, environment twice, requirements, telemetry: what the SDK writes before anything else.
    private const int RecordsLookedAt = 16;

    /// <summary>Reads as far as needed; damage before the run record is passed over.</summary>
    public static RunHead Read(string path)
    {
        try
        {
            using var reader = RunFileReader.Open(path, 0);
            var status = FileHeader.Check(reader.ReadStart(RunFileFormat.HeaderBytes));
            return status == FileHeaderStatus.Valid ? ReadRecords(path, reader) : new RunHead(path, null, null, FileHeader.Describe(status));
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return new RunHead(path, null, null, ReadFailure.Describe(exception));
        }
    }

    private static bool IsDots(string name) => name is "." or "..";

    private static RunHead ReadRecords(string path, RunFileReader reader)
    {
        RunRecord? run = null;
        string? writerId = null;
        var records = 0;
        while (run is null || writerId is null && records < RecordsLookedAt)
        {
            var result = reader.Next();
            if (result.Kind == RecordReadKind.NeedMoreData)
                break;
            if (result.Kind == RecordReadKind.Corrupt || !RecordEnvelope.TryParse(result.Payload, out var record))
                continue;
            records++;
            try
            {
                if (record.Kind == RecordKind.Run)
                    run ??= RunRecord.Parser.ParseFrom(record.Body);
                else if (record.Kind == RecordKind.Environment)
                    writerId ??= EnvironmentRecord.Parser.ParseFrom(record.Body).WriterId;
            }
            catch (InvalidProtocolBufferException)
            {
                // The pass over the whole file counts it; here the next one will do.
            }
        }
        // Such a name would lead requests to other addresses of the server than those of the run.
        if (run is not null && (IsDots(run.RunId) || IsDots(run.Project) || IsDots(run.Entity)))
            return new RunHead(path, null, null, "the name of its run, project or entity is . or ..: no server has such a name");
        if (run is { RunId.Length: > 0 })
            return new RunHead(path, run, string.IsNullOrEmpty(writerId) ? null : writerId, null);
        return new RunHead(path, null, null, reader.LengthRead <= RunFileFormat.HeaderBytes
            ? "the SDK has not flushed anything yet (it writes in blocks of 32 KiB)"
            : "no run record: it cannot be told whose run this is");
    }
}
