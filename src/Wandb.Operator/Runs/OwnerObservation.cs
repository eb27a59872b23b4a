namespace Wandb.Operator.Runs;

/// <summary>A Job above pods.</summary>
/// <param name="Uid">Its UID.</param>
/// <param name="HasEnded">It is complete, has failed, or is gone: no further pods will come from it.</param>
/// <param name="Completions">See <see cref="KnownJob.Completions"/>.</param>
/// <param name="IsSuspended">See <see cref="KnownJob.IsSuspended"/>.</param>
/// <param name="TellsPodsApart">See <see cref="KnownJob.TellsPodsApart"/>.</param>
internal sealed record OwnerObservation(string Uid, bool HasEnded, int? Completions = null, bool IsSuspended = false, bool TellsPodsApart = false);
