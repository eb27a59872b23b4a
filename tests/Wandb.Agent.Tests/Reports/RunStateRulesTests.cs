using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.Reports;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Reports;

public sealed class RunStateRulesTests
{
    private static readonly RunFacts Facts = new() { File = "f", Run = new RunPath("e", "p", "r"), Phase = "rows" };

    public static TheoryData<ReportedRunState, RunFactsCase> Cases => new()
    {
        { ReportedRunState.Pending, new(null, null) },
        { ReportedRunState.Running, new(0, null) },
        { ReportedRunState.Buffering, new(0, null) { IsDark = true } },
        { ReportedRunState.Pending, new(null, null) { IsDark = true } },
        { ReportedRunState.Finishing, new(1, null) },
        { ReportedRunState.Synced, new(0, SyncResultCase.Synced) { IsDark = true, IsGone = true } },
        { ReportedRunState.Synced, new(null, SyncResultCase.ProvedBefore) },
        { ReportedRunState.Incomplete, new(null, SyncResultCase.MarkedOnly) },
        { ReportedRunState.Unfinished, new(0, SyncResultCase.Unfinished) },
        { ReportedRunState.Incomplete, new(0, SyncResultCase.Refused) },
        { ReportedRunState.Incomplete, new(0, SyncResultCase.TryAgain) },
        { ReportedRunState.Buffering, new(0, SyncResultCase.TryAgain) { IsDark = true } },
        { ReportedRunState.Lost, new(0, SyncResultCase.TryAgain) { IsGone = true } },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_is_called_what_it_is(ReportedRunState state, RunFactsCase given)
    {
        RunFacts? facts = given.Facts switch { null => null, 0 => Facts, _ => Facts with { ExitCode = 0 } };
        RunReport? report = given.Report switch
        {
            null => null,
            SyncResultCase.Synced => new RunReport { File = "f", Result = SyncResult.Synced },
            SyncResultCase.ProvedBefore => new RunReport { File = "f", Result = SyncResult.Skipped },
            SyncResultCase.MarkedOnly => new RunReport { File = "f", Result = SyncResult.Skipped, IsUnproved = true },
            SyncResultCase.Unfinished => new RunReport { File = "f", Result = SyncResult.Unfinished },
            SyncResultCase.Refused => new RunReport { File = "f", Result = SyncResult.Incomplete },
            _ => new RunReport { File = "f", Result = SyncResult.Incomplete, IsWorthAnotherTry = true },
        };
        Assert.Equal(state, RunStateRules.Of(facts, report, given.IsDark, given.IsGone));
    }

    public enum SyncResultCase
    {
        Synced,
        ProvedBefore,
        MarkedOnly,
        Unfinished,
        Refused,
        TryAgain,
    }

    /// <param name="Facts">Null: none; 1: with an exit code.</param>
    public sealed record RunFactsCase(int? Facts, SyncResultCase? Report)
    {
        public bool IsDark { get; init; }

        public bool IsGone { get; init; }
    }
}
