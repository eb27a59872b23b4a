using System.Collections.Concurrent;
using System.Text.Json;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Ends;

/// <summary>
/// The ends that the agent of a pod was told of and could not close runs with, because the server was away: kept beside the run files for whoever
/// uploads them later.
/// </summary>
internal sealed class KeptEnds(string stateRoot) : IWriterEnds
{
    // Whoever kept one has ended: it does not change.
    private readonly ConcurrentDictionary<string, WriterEnd?> _byFile = new(StringComparer.Ordinal);

    public WriterEnd? Of(RunHead head) => _byFile.GetOrAdd(head.Path, Read);

    public Task<WriterEnd?> WaitAsync(RunHead head, CancellationToken ct) => Task.FromResult(Of(head));

    /// <exception cref="IOException">No place takes it.</exception>
    /// <exception cref="UnauthorizedAccessException">No place may be written.</exception>
    public void Keep(string runFile, WriterEnd end)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(end, CheckpointJson.Default.WriterEnd);
        new StateDirectory(runFile, stateRoot).Write(folder => DurableFile.Plain.Replace(Path.Combine(folder, NameOf(runFile)), json));
    }

    private WriterEnd? Read(string runFile) => new StateDirectory(runFile, stateRoot).Read(NameOf(runFile), CheckpointJson.Default.WriterEnd);

    private static string NameOf(string runFile) => Path.GetFileName(runFile) + ".end.json";
}
