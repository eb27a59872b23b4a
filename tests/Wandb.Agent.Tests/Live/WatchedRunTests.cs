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
        // A server may be wrong for a moment; one that goes on saying so means it.
        { "Open", "Incomplete", "Other", true, 2, false },
        { "Refused", "Incomplete", "Other", true, 3, false },
        { "Refused", "Incomplete", "BadRequest", true, 3, false },
        { "Refused", "Incomplete", "GraphQLErrors", true, 3, false },
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

    public static TheoryData<string, string> Causes => new()
    {
        { "Refused", "refused" },
        { "Refused", "untrusted" },
        // Waited for, however long that takes.
        { "Open", "away" },
        { "Failing", "here" },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public async Task Tries_are_counted_that_waiting_alone_does_not_change(string standing, string cause)
    {
        var report = new RunReport
        {
            File = "f",
            Result = SyncResult.Incomplete,
            IsWorthAnotherTry = true,
            Cause = cause switch
            {
                "refused" => new ApiFailure.Refused(RefusalKind.Other, 409, "locked"),
                "untrusted" => new ApiFailure.GaveUp(1, "not accepted") { IsUntrusted = true },
                "away" => new ApiFailure.GaveUp(20, "connection refused"),
                _ => null,
            },
        };
        using var run = new WatchedRun();
        for (var tries = 1; tries < WatchedRun.MaxFailures; tries++)
            Assert.Equal(RunStanding.Open, await StandingAfterOneMoreAsync());
        Assert.Equal(standing, (await StandingAfterOneMoreAsync()).ToString());

        run.Reopen();
        Assert.Equal(RunStanding.Open, await StandingAfterOneMoreAsync());

        async Task<RunStanding> StandingAfterOneMoreAsync()
        {
            run.Start((_, _) => Task.FromResult<IReadOnlyList<RunReport>>([report]), new MemoryStream(), CancellationToken.None);
            await run.SettleAsync(DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1));
            return run.Standing;
        }
    }

    [Fact]
    public async Task Refusals_hold_a_run_open_two_times_whatever_was_before()
    {
        var report = new RunReport { File = "f", Result = SyncResult.Incomplete, IsWorthAnotherTry = true };
        using var run = new WatchedRun();
        for (var outages = 0; outages < WatchedRun.MaxFailures; outages++)
            await EndAsync(report);
        Assert.True(run.MayBeHeldOpen);

        await EndAsync(report with { IsHeldOpen = true });
        Assert.True(run.MayBeHeldOpen);
        await EndAsync(report with { IsHeldOpen = true });
        Assert.False(run.MayBeHeldOpen);

        await EndAsync(report);
        Assert.True(run.MayBeHeldOpen);

        async Task EndAsync(RunReport report)
        {
            run.Start((_, _) => Task.FromResult<IReadOnlyList<RunReport>>([report]), new MemoryStream(), CancellationToken.None);
            await run.SettleAsync(DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void Run_without_any_report_is_open() => Assert.Equal(RunStanding.Open, WatchedRun.StandingAfter(null, 0, true));
}
