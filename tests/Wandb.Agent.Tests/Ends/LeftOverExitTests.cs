using Wandb.Agent.Ends;
using Xunit;

namespace Wandb.Agent.Tests.Ends;

public sealed class LeftOverExitTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Seconds from the file to the last bytes of runs that were open when the agent began.</summary>
    public static TheoryData<int[], bool> Runs => new()
    {
        // Everything is on the server.
        { [], true },
        // The agent was killed before it had sent this one.
        { [-5], false },
        // Its last bytes were written as the file was.
        { [0], false },
        { [1], false },
        // The next trainer writes already.
        { [30], true },
        { [30, -5], false },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void File_is_of_an_earlier_training_when_no_run_of_it_is_left(int[] runs, bool isOfEarlier)
    {
        var leftOver = new LeftOverExit(At, [.. runs.Select(seconds => At.AddSeconds(seconds))]);
        Assert.Equal(isOfEarlier, leftOver.IsOfEarlierTraining(new WriterExit(0, "Completed", At)));
    }

    [Fact]
    public void File_that_was_written_again_counts() =>
        Assert.False(new LeftOverExit(At, []).IsOfEarlierTraining(new WriterExit(0, "Completed", At.AddMilliseconds(1))));

    [Fact]
    public void Person_is_told_which_file_it_is_and_what_comes() => Assert.Equal(
        "exit.json is of an earlier training, dated 2026-11-24 12:00:00 UTC, whose runs are on the server: a new one is waited for",
        new LeftOverExit(At, []).Words("exit.json"));
}
