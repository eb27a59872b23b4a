using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Resources;

public sealed class ConditionTests
{
    private static readonly DateTimeOffset Then = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Now = Then.AddHours(1);

    [Fact]
    public void Time_moves_only_when_the_status_flips()
    {
        var before = new[] { Condition("A", "False", Then), Condition("B", "True", Then) };

        Assert.Equal(Then, Resources(before, Condition("A", "False", Now) with { Message = "more" })[0].LastTransitionTime);
        Assert.Equal(Now, Resources(before, Condition("A", "True", Now))[0].LastTransitionTime);
    }

    [Fact]
    public void Other_conditions_keep_their_places()
    {
        var before = new[] { Condition("A", "False", Then), Condition("B", "True", Then) };

        Assert.Equal(["A", "B"], Resources(before, Condition("A", "True", Now)).Select(condition => condition.Type));
        Assert.Equal(["A", "B", "C"], Resources(before, Condition("C", "True", Now)).Select(condition => condition.Type));
    }

    private static IReadOnlyList<Condition> Resources(IReadOnlyList<Condition> before, Condition next) => Operator.Resources.Condition.With(before, next);

    private static Condition Condition(string type, string status, DateTimeOffset time) =>
        new() { Type = type, Status = status, Reason = "R", Message = "m", LastTransitionTime = time };
}
