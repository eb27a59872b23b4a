using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Ends;

/// <summary>The ends of this pod's containers are those of its own runs; how a run of another pod ended, only that one's agent can have kept.</summary>
/// <param name="isAnotherPod">Of a run file.</param>
internal sealed class EndsByWriter(Func<string, bool> isAnotherPod, IWriterEnds own, IWriterEnds kept) : IWriterEnds
{
    public WriterEnd? Of(RunHead head) => For(head).Of(head);

    public Task<WriterEnd?> WaitAsync(RunHead head, CancellationToken ct) => For(head).WaitAsync(head, ct);

    private IWriterEnds For(RunHead head) => isAnotherPod(head.Path) ? kept : own;
}
