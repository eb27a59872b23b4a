using Wandb.Contract;

namespace Wandb.Agent.Ends;

/// <summary>Decides which end belongs to a run.</summary>
internal static class ContainerEnds
{
    // The kubelet's times have whole seconds, cut off.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    // Where no code is known the run did not end well: what is guessed must not be success.
    private const int CodeWithoutOne = 1;

    /// <param name="startedAt">When the run began; null: the run record does not say.</param>
    /// <param name="container">Its container; empty: not known.</param>
    /// <param name="ended">Ended instances of all containers.</param>
    /// <param name="exit">What <c>--writer-exit</c> told; it comes from whoever started the writer and goes before the others.</param>
    public static WriterEnd? Of(DateTimeOffset? startedAt, string container, IReadOnlyList<ContainerEnd> ended, WriterExit? exit)
    {
        if (exit is not null && !(startedAt > exit.At + Rounding))
            return new WriterEnd(exit.Code, exit.Code, exit.Reason, "writer-exit");
        if (container.Length == 0)
            return null;
        var ends = ended.Where(end => string.Equals(end.Container, container, StringComparison.Ordinal)).ToList();
        // Without a time, one of several instances cannot be told from another.
        if (startedAt is null && ends.Count != 1)
            return null;
        var its = ends
            .Where(end => startedAt is null || !(startedAt < end.StartedAt) && !(startedAt > end.FinishedAt + Rounding))
            .MaxBy(end => end.StartedAt);
        return its is null ? null : new WriterEnd(its.ExitCode ?? CodeWithoutOne, its.ExitCode, its.Reason, "kubernetes");
    }
}
