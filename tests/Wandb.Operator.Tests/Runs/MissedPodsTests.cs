using Wandb.Operator.Injection;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using static Wandb.Operator.Tests.Runs.Observed;

namespace Wandb.Operator.Tests.Runs;

/// <summary>Pods that asked for a run and have no agent.</summary>
public sealed class MissedPodsTests
{
    [Fact]
    public void Missed_pod_is_remembered_with_the_reason_that_admission_gave()
    {
        var pod = Pod(0) with { IsInjected = false };
        var told = Of(new WandbRunSpec(), (pod with { Missed = new Problem("RunMissing", "there is no WandbRun r") }, null));
        var first = RunStatusComputation.Of(told);

        var later = RunStatusComputation.Of(told with { Pods = [], Previous = Stored(first) });
        var unseen = RunStatusComputation.Of(told with { Pods = [pod] });
        var known = RunStatusComputation.Of(told with { Previous = Stored(unseen) });

        var missed = new MissedEntry { Pod = "train-0-bbbbb", Reason = "RunMissing", Message = "there is no WandbRun r", Time = Begin };
        Assert.Equal(missed, Assert.Single(first.Missed!));
        Assert.Equal(missed, Assert.Single(later.Missed!));
        Assert.Equal("NotSeen", Assert.Single(unseen.Missed!).Reason);
        Assert.Equal(missed, Assert.Single(known.Missed!));
        Assert.Equal(1, later.Counts!.Missed);
    }

    [Fact]
    public void Pod_that_shall_not_log_is_not_missed()
    {
        var status = RunStatusComputation.Of(Of(new WandbRunSpec(), (Pod(0) with { IsInjected = false, IsSilenced = true }, null)));

        Assert.Empty(status.Missed!);
        Assert.Contains("Injected=True/AllInjected", Conditions(status), StringComparison.Ordinal);
    }

    /// <summary>A person may write it as well, and a status with it must be one that the API server takes.</summary>
    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Reason_is_a_word_that_a_status_can_hold(int letters, bool isOne) =>
        Assert.Equal(isOne, MissedText.Read($"{new string('a', letters)}: why") is not null);
}
