using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;

namespace Wandb.Agent.Uploads;

/// <summary>Makes the console of a part of a run again from its file, for an <c>output.log</c> whose beginning was read by an earlier agent.</summary>
internal static class ConsoleReplay
{
    /// <param name="end">Records that begin here or later are left out; the lines that may still change then are left out too.</param>
    /// <param name="isWhole">Whether the part is complete, so that all its lines count.</param>
    /// <exception cref="IOException">The file cannot be read, or there is no space.</exception>
    public static void Into(ConsoleSpool spool, string runFile, long end, bool isWhole, CancellationToken ct)
    {
        using var reader = RunFileReader.Open(runFile, 0);
        var state = new RunState(RunOverrides.None);
        for (long records = 0; ; records++)
        {
            if (records % 1024 == 0)
                ct.ThrowIfCancellationRequested();
            var result = reader.Next();
            if (result.Kind == RecordReadKind.NeedMoreData || reader.RecordStart >= end)
                break;
            if (result.Kind == RecordReadKind.Corrupt || !RecordEnvelope.TryParse(result.Payload, out var record)
                || record.Kind is not (RecordKind.Run or RecordKind.Output or RecordKind.OutputRaw or RecordKind.OutputLogger))
                continue;
            state.Apply(record, reader.RecordStart);
            foreach (var line in state.Console?.TakeChanges().Finished ?? [])
                spool.Add(line);
        }
        foreach (var line in isWhole ? state.Console?.EditableLines ?? [] : [])
            spool.Add(line);
    }
}
