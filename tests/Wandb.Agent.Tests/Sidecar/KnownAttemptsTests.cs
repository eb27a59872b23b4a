using Wandb.Agent.Sidecar;
using Xunit;

namespace Wandb.Agent.Tests.Sidecar;

public sealed class KnownAttemptsTests
{
    private readonly KnownAttempts _attempts = new();

    [Fact]
    public void Run_that_goes_on_has_the_attempt_that_is_told_now()
    {
        Assert.Null(_attempts.Of("run", null, isOver: false));
        Assert.Equal(0, _attempts.Of("run", 0, isOver: false));
        Assert.Equal(1, _attempts.Of("run", 1, isOver: false));
    }

    [Fact]
    public void Run_whose_container_has_ended_keeps_its_attempt_when_the_next_one_begins()
    {
        _attempts.Of("first", 0, isOver: false);
        Assert.Equal(0, _attempts.Of("first", 1, isOver: true));
        Assert.Equal(1, _attempts.Of("second", 1, isOver: false));
    }

    [Fact]
    public void Run_that_was_over_when_it_was_found_has_what_is_told() => Assert.Equal(1, _attempts.Of("run", 1, isOver: true));
}
