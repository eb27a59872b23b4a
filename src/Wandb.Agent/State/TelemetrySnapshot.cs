namespace Wandb.Agent.State;

/// <param name="Flags">Set field numbers of each bag, by the bag's field number.</param>
/// <param name="Texts">Texts by field number.</param>
/// <param name="Labels">Texts of the label message by field number.</param>
internal sealed record TelemetrySnapshot(Dictionary<int, int[]> Flags, Dictionary<int, string> Texts, Dictionary<int, string> Labels);
