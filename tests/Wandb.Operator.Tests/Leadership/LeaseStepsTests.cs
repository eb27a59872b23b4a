using System.Text.Json;
using Wandb.Operator.Leadership;

namespace Wandb.Operator.Tests.Leadership;

public sealed class LeaseStepsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);

    [Theory]
    [InlineData("me", 0, "Renew")]
    [InlineData("me", 100, "Renew")]
    [InlineData("other", 0, "Follow")]
    [InlineData("other", 15, "Follow")]
    [InlineData("other", 15.1, "Take")]
    [InlineData("", 0, "Take")]
    public void Lease_is_taken_when_it_is_free_or_was_not_renewed(string holder, double unchangedSeconds, string expected)
    {
        var lease = new LeaseRecord { Holder = holder, Duration = TimeSpan.FromSeconds(15) };

        Assert.Equal(expected, LeaseSteps.For(lease, "me", TimeSpan.FromSeconds(unchangedSeconds)).ToString());
    }

    [Fact]
    public void Taking_counts_a_change_and_renewing_does_not()
    {
        var others = new LeaseRecord { Holder = "other", Duration = TimeSpan.FromSeconds(15), Transitions = 4, AcquireTime = "then" };

        var taken = LeaseSteps.Held(others, "me", "10.0.0.1:8443", TimeSpan.FromSeconds(20), Now);
        var renewed = LeaseSteps.Held(taken, "me", "10.0.0.1:8443", TimeSpan.FromSeconds(20), Now.AddSeconds(2));

        Assert.Equal(("me", 5, "2026-03-01T12:00:00.123000Z"), (taken.Holder, taken.Transitions, taken.AcquireTime));
        Assert.Equal((5, taken.AcquireTime, "2026-03-01T12:00:02.123000Z"), (renewed.Transitions, renewed.AcquireTime, renewed.RenewTime));
        Assert.Equal(0, LeaseSteps.Held(null, "me", null, TimeSpan.FromSeconds(20), Now).Transitions);
    }

    [Fact]
    public void Lease_survives_the_API_and_keeps_what_others_wrote()
    {
        var existing = JsonElement.Parse("""{"metadata":{"resourceVersion":"7","annotations":{"theirs":"x"}},"spec":{"holderIdentity":"other","strategy":"Later"}}""");
        var held = LeaseSteps.Held(LeaseRecord.Read(existing), "me", "[::1]:8443", TimeSpan.FromSeconds(15), Now);

        var written = JsonElement.Parse(held.Write("ns", "l", existing));

        Assert.Equal(held, LeaseRecord.Read(written));
        Assert.Equal("7", written.GetProperty("metadata").GetProperty("resourceVersion").GetString());
        Assert.Equal("x", written.GetProperty("metadata").GetProperty("annotations").GetProperty("theirs").GetString());
        Assert.Equal("Later", written.GetProperty("spec").GetProperty("strategy").GetString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"spec":null,"metadata":{"annotations":[]}}""")]
    [InlineData("""{"spec":{"holderIdentity":7,"leaseDurationSeconds":"x"}}""")]
    public void Lease_that_says_nothing_sound_is_free(string json)
    {
        var lease = LeaseRecord.Read(JsonElement.Parse(json));

        Assert.Equal(LeaseStep.Take, LeaseSteps.For(lease, "me", TimeSpan.FromSeconds(0.1)));
    }

    [Fact]
    public void Released_lease_is_free_at_once()
    {
        var released = LeaseSteps.Released(LeaseSteps.Held(null, "me", "10.0.0.1:1", TimeSpan.FromSeconds(15), Now), Now);

        Assert.Equal(LeaseStep.Take, LeaseSteps.For(released, "other", TimeSpan.Zero));
        Assert.Null(released.HolderAddress);
    }
}
