using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Only a server that says so has nothing of a run: where the question is refused, nothing is sent.</summary>
public sealed class RefusedQuestionTests : SyncTest
{
    private const string Question = "graphql:RunResumeStatus";

    [Theory]
    [InlineData(400, """{"error":"injected"}""")]
    [InlineData(409, """{"error":"injected"}""")]
    [InlineData(422, """{"error":"injected"}""")]
    [InlineData(501, """{"error":"injected"}""")]
    [InlineData(200, "<html>sign in</html>")]
    [InlineData(200, """{"errors":[{"message":"injected"}]}""")]
    public async Task Rows_of_an_earlier_part_stay_and_those_of_the_later_one_wait(int status, string body)
    {
        using var other = await SyncFirstPartAsync();
        var before = Backend.State();
        Backend.Faults.Set([new FaultRule(Question, new FaultAction.Status(status, Body: body))]);

        var refused = await AgentSetup.For(Backend, other).SyncAsync(Stop, other.Wandb);

        Assert.Equal((2, "incomplete"), (refused.Status, refused.Result));
        ServerState.AssertSame(before, Backend, $"the question was answered with {status}");
        await AssertBothArriveAsync(other);
    }

    [Fact]
    public async Task Run_that_the_server_did_not_know_and_has_rows_of_is_asked_about_again()
    {
        using var other = await SyncFirstPartAsync();
        Backend.Faults.Set([new FaultRule(Question, new FaultAction.Status(404))]);

        var refused = await AgentSetup.For(Backend, other).SyncAsync(Stop, other.Wandb);

        Assert.Equal((2, "incomplete"), (refused.Status, refused.Result));
        Assert.Contains("it has 10 rows of it", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Steps(10), Backend.Run("resumed").Steps());
        await AssertBothArriveAsync(other);
    }

    [Fact]
    public async Task Run_that_was_made_by_a_request_whose_answer_was_lost_is_sent_at_once()
    {
        Folder.Place(new RunRecords("lost").Start().Rows(0, 10).Exit());
        Backend.Faults.Set([new FaultRule("graphql:UpsertBucket", new FaultAction.DropAfter())]);

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(Steps(10), Backend.Run("lost").Steps());
    }

    /// <returns>The second part, on another machine.</returns>
    private async Task<TrainerFolder> SyncFirstPartAsync()
    {
        Folder.Place(new RunRecords("resumed").Start().Rows(0, 10).Exit());
        Assert.Equal(0, (await SyncAsync()).Status);
        var other = new TrainerFolder();
        other.Place(new RunRecords("resumed").Start(later: 3600, writer: "v").Rows(10, 10).Exit(), "20260921_130000");
        return other;
    }

    private async Task AssertBothArriveAsync(TrainerFolder other)
    {
        var run = await AgentSetup.For(Backend, other).SyncAsync(Stop, other.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(Steps(20), Backend.Run("resumed").Steps());
    }

    private static IEnumerable<long> Steps(int count) => Enumerable.Range(0, count).Select(step => (long)step);
}
