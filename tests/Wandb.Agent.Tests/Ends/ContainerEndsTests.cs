using Wandb.Agent.Ends;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Ends;

public sealed class ContainerEndsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    // Two instances of a container that was restarted, as the kubelet tells them: whole seconds.
    private static readonly IReadOnlyList<ContainerEnd> Restarted =
    [
        End("trainer", 137, "OOMKilled", 0, 60),
        End("trainer", 1, "Error", 70, 100),
    ];

    [Theory]
    [InlineData(5, 137, "OOMKilled")]
    // Begun in the second that the kubelet cut off.
    [InlineData(60.9, 137, "OOMKilled")]
    [InlineData(70, 1, "Error")]
    [InlineData(99, 1, "Error")]
    // Of the instance that runs now.
    [InlineData(140, null, null)]
    // Before the container: from an earlier pod on the same volume.
    [InlineData(-30, null, null)]
    public void Run_ends_as_the_instance_during_which_it_began(double secondsAfterNoon, int? code, string? reason)
    {
        var end = ContainerEnds.Of(Noon.AddSeconds(secondsAfterNoon), "trainer", Restarted, exit: null);

        Assert.Equal((code, reason), (end?.Code, end?.Reason));
    }

    [Fact]
    public void Ends_of_other_containers_say_nothing()
    {
        Assert.Null(ContainerEnds.Of(Noon, "other", Restarted, exit: null));
        Assert.Null(ContainerEnds.Of(Noon, "", Restarted, exit: null));
    }

    [Fact]
    public void Run_without_a_start_time_ends_only_where_there_is_one_instance()
    {
        Assert.Null(ContainerEnds.Of(null, "trainer", Restarted, exit: null));
        Assert.Equal(3, ContainerEnds.Of(null, "a", [End("a", 3, "Error", 0, 9)], exit: null)!.Code);
    }

    [Fact]
    public void End_without_a_code_is_no_success()
    {
        var lost = new ContainerEnd { Container = "trainer", Reason = "NodeLost" };

        var end = ContainerEnds.Of(Noon, "trainer", [lost], exit: null);

        Assert.Equal(new WriterEnd(1, null, "NodeLost", "kubernetes"), end);
    }

    [Fact]
    public void Writer_exit_goes_before_containers_for_runs_that_began_before_it()
    {
        var exit = new WriterExit(9, "Error", Noon.AddSeconds(10));

        Assert.Equal(new WriterEnd(9, 9, "Error", "writer-exit"), ContainerEnds.Of(Noon, "trainer", Restarted, exit));
        Assert.Equal(9, ContainerEnds.Of(null, "", [], exit)!.Code);
        Assert.Null(ContainerEnds.Of(Noon.AddSeconds(12), "", [], exit));
    }

    [Theory]
    [InlineData("Completed", null)]
    [InlineData("Error", null)]
    [InlineData("OOMKilled", "oom-killed")]
    [InlineData("Evicted", "evicted")]
    [InlineData("Preempted", "preempted")]
    [InlineData("DeadlineExceeded", "deadline-exceeded")]
    [InlineData("NodeLost", "node-lost")]
    public void Ends_that_the_state_does_not_tell_have_a_tag(string reason, string? tag) =>
        Assert.Equal(tag, new WriterEnd(1, 1, reason, "kubernetes").Tag);

    private static ContainerEnd End(string container, int code, string reason, int from, int to) => new()
    {
        Container = container,
        ExitCode = code,
        Reason = reason,
        StartedAt = Noon.AddSeconds(from),
        FinishedAt = Noon.AddSeconds(to),
    };
}
