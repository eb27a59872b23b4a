namespace Wandb.Agent.Live;

/// <summary>Run files below the roots, each once.</summary>
/// <param name="Offline">In directories that are not settled.</param>
/// <param name="Online">Of runs that the SDK uploads itself.</param>
internal sealed record FoundRunFiles(IReadOnlyList<string> Offline, IReadOnlyList<string> Online);
