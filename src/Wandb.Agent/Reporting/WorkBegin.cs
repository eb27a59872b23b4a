namespace Wandb.Agent.Reporting;

/// <summary>What a checkpoint held when the work on a run file began; nothing without one.</summary>
/// <param name="Bytes">Where reading began.</param>
internal readonly record struct WorkBegin(long Records, long Lost, int SetAside, long Bytes);
