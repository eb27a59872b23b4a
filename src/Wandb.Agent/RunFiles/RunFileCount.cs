using System.Collections.ObjectModel;

namespace Wandb.Agent.RunFiles;

/// <summary>What a run file holds up to some place.</summary>
/// <param name="Bytes">Before that place.</param>
/// <param name="Rows">History records.</param>
/// <param name="Records">Whole ones, all kinds.</param>
/// <param name="RecordsLost">Proved by gaps in their numbers.</param>
/// <param name="ExitCode">Of the exit record; null: there is none yet.</param>
internal sealed record RunFileCount(long Bytes, long Rows, long Records, long RecordsLost, int? ExitCode)
{
    public static readonly RunFileCount Nothing = new(0, 0, 0, 0, null);

    /// <summary>Values of the summary that were asked for and set since the count began, as JSON, by key.</summary>
    public IReadOnlyDictionary<string, string> Summary { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
