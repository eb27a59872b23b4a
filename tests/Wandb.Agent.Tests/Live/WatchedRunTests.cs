using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Agent.Reporting;
using Xunit;

namespace Wandb.Agent.Tests.Live;

public sealed class WatchedRunTests
{
    public static TheoryData<string, string, string?, bool, int, bool> Cases => new()
    {
        // standing, result, refusal, worth another try, failures, let go
        { "Done", "Synced", null, false, 0, false },
        { "Done", "Skipped", null, false, 0, true },
        { "Done", "Incomplete", null, false, 1, false },
        { "Open", "Unfinished", null, false, 0, false },
        { "Quiet", "Unfinished", null, false, 0, true },
        { "Refused", "Incomplete", "Unauthorized", true, 0, false },
        { "Refused", "Incomplete", "Forbidden", true, 0, false },
        { "Refused", "Incomplete", "NotFound", true, 0, false },
        { "Open", "Incomplete", "Other", true, 0, false },
        { "Open", "Incomplete", null, true, 2, false },
        { "Failing", "Incomplete", null, true, 3, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Standing_follows_from_the_last_report(string standing, string result, string? refusal, bool isWorthAnotherTry, int failures, bool isLetGo)
    {
        var report = new RunReport
        {
            File = "f",
            Result = Enum.Parse<SyncResult>(result),
            IsWorthAnotherTry = isWorthAnotherTry,
            Cause = refusal is { } kind ? new ApiFailure.Refused(Enum.Parse<RefusalKind>(kind), null, "") : null,
        };
        Assert.Equal(standing, WatchedRun.StandingAfter(report, failures, isLetGo).ToString());
    }

    [Fact]
    public void Run_without_any_report_is_open() => Assert.Equal(RunStanding.Open, WatchedRun.StandingAfter(null, 0, true));
}
