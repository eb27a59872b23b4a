using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;

namespace Wandb.Agent.Uploads;

/// <summary>Makes console lines again from the file of a part of a run: what an earlier agent has read of it.</summary>
internal static class ConsoleReplay
{
    // So often lines are taken that cannot change any more: a screen that nobody asks keeps them.
    private const int RecordsBetween = 256;

    /// <summary>For an <c>output.log</c> whose beginning was read by an earlier agent.</summary>
    /// <param name="end">Records that begin here or later are left out; the lines that may still change then are left out too.</param>
    /// <param name="isWhole">Whether the part is complete, so that all its lines count.</param>
    /// <exception cref="IOException">The file cannot be read, or there is no space.</exception>
    public static void Into(ConsoleSpool spool, string runFile, long end, bool isWhole, CancellationToken ct)
    {
        var state = new RunState(RunOverrides.None);
        if (RunHead.Read(runFile).Run is { } run)
            state.Begin(run);
        Read(state, runFile, 0, end, changes => changes.Finished.ToList().ForEach(spool.Add), ct);
        foreach (var line in isWhole ? state.Console?.EditableLines ?? [] : [])
            spool.Add(line);
    }

    /// <summary>Reads the records of the console in a stretch of the file once more.</summary>
    /// <param name="state">As it was at <paramref name="start"/>, as far as it is the console's.</param>
    /// <param name="end">Records that begin here or later are left out.</param>
    /// <param name="take">Is given what has changed, in its order.</param>
    /// <exception cref="IOException">The file cannot be read, or <paramref name="take"/> cannot keep what it is given.</exception>
    public static void Read(RunState state, string runFile, long start, long end, Action<ConsoleChanges> take, CancellationToken ct)
    {
        using var reader = RunFileReader.Open(runFile, start);
        for (long records = 1; ; records++)
        {
            var result = reader.Next();
            if (result.Kind == RecordReadKind.NeedMoreData || reader.RecordStart >= end)
                break;
            if (result.Kind == RecordReadKind.Record && RecordEnvelope.TryParse(result.Payload, out var record)
                && record.Kind is RecordKind.Run or RecordKind.Output or RecordKind.OutputRaw or RecordKind.OutputLogger)
                state.Apply(record, reader.RecordStart);
            if (records % RecordsBetween != 0)
                continue;
            ct.ThrowIfCancellationRequested();
            TakeChanges(state, take);
        }
        TakeChanges(state, take);
    }

    private static void TakeChanges(RunState state, Action<ConsoleChanges> take)
    {
        if (state.Console?.TakeChanges() is { } changes)
            take(changes);
    }
}
