namespace Wandb.Agent.Live;

/// <summary>Has a run file followed while it grows.</summary>
/// <param name="Turn">Held while the run reads and sends, and given back while it waits.</param>
/// <param name="Stop">Asks to end the following in order: what is there is read and sent, and the run stays open unless it has ended.</param>
internal sealed record RunFollow(LiveOptions Options, SendingTurn Turn, CancellationToken Stop);
