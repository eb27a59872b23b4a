using Wandb.Contract;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;

namespace Wandb.Operator.Tests.Runs;

/// <summary>A pod may say of itself what it likes. Its WandbRun's status has that within its limits, and goes on.</summary>
public sealed class HostileReportsTests
{
    private static readonly DateTimeOffset[] Times = [DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch, Observed.Begin, DateTimeOffset.MaxValue];

    public static TheoryData<DateTimeOffset, DateTimeOffset> Ends() => [.. Times.SelectMany(start => Times.Select(end => (start, end)))];

    [Theory]
    [MemberData(nameof(Ends))]
    public void Any_time_may_be_that_of_a_begin_or_an_end(DateTimeOffset start, DateTimeOffset end)
    {
        var (first, second) = (Observed.Pod(0), Observed.Pod(0, 1));
        var told = new[] { first, second }.Select(pod => Observed.Run(pod, ReportedRunState.Running, exitCode: 1) with { StartedAt = start, FinishedAt = end }).ToList();

        var status = RunStatusComputation.Of(Observed.Of(new WandbRunSpec(), Observed.Done(first, told[0]), Observed.Done(second, told[1])));

        Assert.Equal([(start, end), (start, end)], status.Runs!.Select(run => (run.StartedAt!.Value, run.FinishedAt!.Value)));
    }

    [Fact]
    public void Texts_are_cut_to_what_the_schema_takes_and_no_run_is_shown_twice()
    {
        var pod = Observed.Pod(0);
        var text = string.Concat(Enumerable.Repeat("🙂", 5_000));
        var run = Observed.Run(pod, ReportedRunState.Running) with
        {
            Id = text,
            Name = text,
            Entity = text,
            Project = text,
            Group = text,
            JobType = text,
            Container = text,
            ExitReason = text,
            ReceiptDigest = text,
            Message = text,
            Url = new Uri("http://w/" + new string('x', 3_000)),
        };

        var status = RunStatusComputation.Of(Observed.Of(new WandbRunSpec(), (pod, Observed.Report(pod, run, run with { Id = text + "x" }, run))));

        var shown = Assert.Single(status.Runs!);
        Assert.Equal((64, 256, 31, 512), (Letters(shown.Id), Letters(shown.Name), Letters(shown.Container), Letters(shown.Message)));
        Assert.Null(shown.Url);
        Assert.All(status.Conditions!, condition => Assert.InRange(condition.Message.Length, 0, 4096));
        Assert.DoesNotContain("\\uFFFD", Observed.Text(status), StringComparison.OrdinalIgnoreCase);
    }

    private static int Letters(string? text) => text!.EnumerateRunes().Count();
}
