using Wandb.Agent.Sidecar;
using Wandb.Agent.State;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Sidecar;

public sealed class RunWriterTests
{
    private static readonly DateTimeOffset Began = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <param name="uid">Kept beside the run.</param>
    /// <param name="written">Seconds after the pod began; null: the file came later than the agent.</param>
    [Theory]
    [InlineData("this", -3600, false, true)]
    [InlineData("other", -3600, false, false)]
    [InlineData("other", 3600, false, false)]
    // Its host name says little of a file that was there: the pod before may have had the same.
    [InlineData("other", -3600, true, false)]
    // Another agent on the same directory has found a run of this pod first.
    [InlineData("other", null, true, true)]
    [InlineData("other", null, false, false)]
    [InlineData(null, -3600, true, false)]
    [InlineData(null, -31, false, false)]
    [InlineData(null, -29, false, true)]
    [InlineData(null, 3600, false, true)]
    [InlineData(null, null, false, true)]
    public void Kept_uid_decides_and_without_one_the_time(string? uid, int? written, bool isOfThisHost, bool isThisPod)
    {
        DateTimeOffset? found = written is { } seconds ? Began.AddSeconds(seconds) : null;
        Assert.Equal(isThisPod, RunWriter.Of("this", new AddedToRun { PodUid = uid }, found, Began, () => isOfThisHost).IsThisPod);
    }

    [Fact]
    public void Where_it_is_not_known_when_the_pod_began_times_say_nothing() =>
        Assert.True(RunWriter.Of("this", AddedToRun.None, Began.AddDays(-1), podBegan: null, () => false).IsThisPod);

    [Fact]
    public void Pod_and_container_are_those_that_were_kept()
    {
        var kept = PodAdditions.For(new PodFacts { Uid = "other", Name = "train-0" }, new RunAdditions(), "trainer", attempt: 1);
        Assert.Equal(new RunWriter(false, "train-0", "trainer"), RunWriter.Of("this", kept, Began, Began, () => false));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("""{"pod":1,"container":null}""")]
    public void Facts_of_another_shape_name_nobody(string kubernetes)
    {
        var kept = new AddedToRun { PodUid = "other", Config = [new("kubernetes", kubernetes)] };
        Assert.Equal(new RunWriter(false), RunWriter.Of("this", kept, Began, Began, () => false));
    }
}
