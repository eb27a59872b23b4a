using System.Collections.Concurrent;
using System.Text.Json;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Ends;

/// <summary>
/// The ends that the agent of a pod was told of and could not close runs with, because the server was away: kept beside the run files for whoever
/// uploads them later.
/// </summary>
internal sealed class KeptEnds(string stateRoot, TimeProvider time) : IWriterEnds
{
    // Many runs ask several times a second, and most of them have none.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Look> _byFile = new(StringComparer.Ordinal);

    /// <summary>One that is there does not change any more; one that is not may come: the agent of the pod keeps it at its own end.</summary>
    public WriterEnd? Of(RunHead head) =>
        _byFile.TryGetValue(head.Path, out var last) && (last.End is not null || time.GetElapsedTime(last.At) < BetweenLooks) ? last.End : LookNow(head.Path);

    /// <summary>Looks in any case: it is asked once, when a run is about to be closed or left open.</summary>
    public Task<WriterEnd?> WaitAsync(RunHead head, CancellationToken ct) => Task.FromResult(LookNow(head.Path));

    /// <exception cref="IOException">No place takes it.</exception>
    /// <exception cref="UnauthorizedAccessException">No place may be written.</exception>
    public void Keep(string runFile, WriterEnd end)
    {
        if (_byFile.TryGetValue(runFile, out var last) && last.End == end)
            return;
        var json = JsonSerializer.SerializeToUtf8Bytes(end, CheckpointJson.Default.WriterEnd);
        new StateDirectory(runFile, stateRoot).Write(folder => DurableFile.Plain.Replace(Path.Combine(folder, NameOf(runFile)), json));
        _byFile[runFile] = new Look(end, time.GetTimestamp());
    }

    private WriterEnd? LookNow(string runFile)
    {
        var state = new StateDirectory(runFile, stateRoot);
        // To look whether a file is there costs less than to open one that is not.
        var end = state.Candidates(NameOf(runFile)).Any(File.Exists) ? state.Read(NameOf(runFile), CheckpointJson.Default.WriterEnd) : null;
        _byFile[runFile] = new Look(end, time.GetTimestamp());
        return end;
    }

    private static string NameOf(string runFile) => Path.GetFileName(runFile) + ".end.json";

    /// <param name="At">Of the clock that never goes back.</param>
    private sealed record Look(WriterEnd? End, long At);
}
