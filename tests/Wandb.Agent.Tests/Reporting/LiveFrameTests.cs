using Wandb.Agent.Reporting;
using Xunit;

namespace Wandb.Agent.Tests.Reporting;

public sealed class LiveFrameTests
{
    private static readonly LiveRun Run = new("demo/minima8394", "rows", 93_000_000, 45_100_000, 48_500, 3_200_000);

    [Fact]
    public void A_wide_terminal_shows_everything() =>
        Assert.Equal(
            [
                "demo/minima8394                48%   48,500 rows  45.1 MB of 93.0 MB   3.2 MB/s      15 s left  rows",
                "1 of 2 runs done, 1 going on, 12 s",
            ],
            LiveFrame.Lines(new LiveSnapshot([Run], [], 1, TimeSpan.FromSeconds(12)), 2, 120, 24));

    [Theory]
    [InlineData(80, "demo/minima8394              48%   48,500 rows   3.2 MB/s      15 s left")]
    [InlineData(40, "demo/m…ma8394   48%      15 s left")]
    [InlineData(20, "dem…8394   48%")]
    public void A_narrow_terminal_keeps_what_matters_most(int columns, string line) =>
        Assert.Equal(line, LiveFrame.Lines(new LiveSnapshot([Run], [], 0, TimeSpan.Zero), 1, columns, 24)[0]);

    [Fact]
    public void Nothing_is_wider_or_higher_than_the_terminal()
    {
        var runs = Enumerable.Range(0, 64).Select(i => Run with { Name = $"プロジェクト/{i}" }).ToList();
        var waits = Enumerable.Range(0, 9).Select(i => $"waiting     file stream {i}: HTTP 503 Service Unavailable");
        var snapshot = new LiveSnapshot(runs, [.. waits], 0, TimeSpan.Zero);
        for (var columns = 1; columns < 150; columns += 7)
        {
            for (var rows = 1; rows < 80; rows += 3)
            {
                var lines = LiveFrame.Lines(snapshot, 64, columns, rows);
                Assert.InRange(lines.Count, 1, Math.Max(1, rows - 1));
                Assert.All(lines, line => Assert.InRange(TerminalText.Width(line), 0, Math.Max(1, columns - 1)));
            }
        }
    }

    [Fact]
    public void Runs_that_have_no_room_are_counted() =>
        Assert.Contains("and 61 more", LiveFrame.Lines(new LiveSnapshot([.. Enumerable.Repeat(Run, 64)], [], 0, TimeSpan.Zero), 64, 80, 6));

    [Fact]
    public void The_time_left_is_not_told_before_there_is_a_rate() => Assert.Null((Run with { BytesPerSecond = 0 }).Left);
}
