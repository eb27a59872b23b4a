using Wandb.Contract;

namespace Wandb.Operator.Runs;

/// <summary>States of <see cref="Resources.RunEntry.State"/>: those of reports, by name.</summary>
internal static class RunStates
{
    /// <summary>The one to show for several files of one run in one pod: the first of these that one of them has.</summary>
    private static readonly ReportedRunState[] ByWeight =
    [
        ReportedRunState.Lost, ReportedRunState.Incomplete, ReportedRunState.Buffering, ReportedRunState.Running, ReportedRunState.Pending,
        ReportedRunState.Finishing, ReportedRunState.Unfinished, ReportedRunState.Observed, ReportedRunState.Synced,
    ];

    public static bool Is(string? state, ReportedRunState wanted) => state == Name(wanted);

    /// <summary>Nothing more is expected of an agent: it is proved, the SDK's own business, or known to be lost.</summary>
    public static bool IsFinal(string? state) =>
        Is(state, ReportedRunState.Synced) || Is(state, ReportedRunState.Observed) || Is(state, ReportedRunState.Lost);

    public static string Name(ReportedRunState state) => state.ToString();

    public static ReportedRunState Heaviest(IEnumerable<ReportedRunState> states) =>
        states.MinBy(state => Array.IndexOf(ByWeight, state));
}
