using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Ends;

/// <summary>Nobody tells: only exit records end runs.</summary>
internal sealed class UnknownEnds : IWriterEnds
{
    public static readonly UnknownEnds Instance = new();

    public WriterEnd? Of(RunHead head) => null;

    public Task<WriterEnd?> WaitAsync(RunHead head, CancellationToken ct) => Task.FromResult<WriterEnd?>(null);
}
