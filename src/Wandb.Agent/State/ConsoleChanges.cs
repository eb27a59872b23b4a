namespace Wandb.Agent.State;

/// <summary>What happened to the console since it was last asked.</summary>
/// <param name="Changed">New and changed lines by ascending number, not always contiguous.</param>
/// <param name="Finished">Lines that cannot change any more, ascending and without gaps from call to call. Some are in both lists.</param>
internal sealed record ConsoleChanges(IReadOnlyList<ConsoleLine> Changed, IReadOnlyList<ConsoleLine> Finished)
{
    public bool IsEmpty => Changed.Count == 0 && Finished.Count == 0;
}
