using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Ends;

/// <summary>Knows how writers ended that left no exit record. Safe for concurrent use.</summary>
internal interface IWriterEnds
{
    /// <summary>Null while it is not known, and for ever when nobody tells.</summary>
    WriterEnd? Of(RunHead head);

    /// <summary>As <see cref="Of"/>; while the agent is about to end and an answer may come soon, waits for it.</summary>
    Task<WriterEnd?> WaitAsync(RunHead head, CancellationToken ct);
}
