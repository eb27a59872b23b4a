using Wandb.Agent.Commands;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.Commands;

public sealed class ExitStatusTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0, 0, 0)]
    [InlineData(3, 0, 3)]
    [InlineData(2, 3, 2, 3)]
    [InlineData(2, 2, 0)]
    public void What_is_not_on_the_server_weighs_more_than_lost_records(int expected, params int[] runs) =>
        Assert.Equal(expected, ExitStatus.Of(runs, []));

    [Fact]
    public void A_path_without_runs_counts_as_not_on_the_server() =>
        Assert.Equal(2, ExitStatus.Of([0, 3], [new PathProblem("x", "no such file or directory")]));
}
