using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Parts of one run whose files spell its place differently: one names what the other leaves to the server or to the environment.</summary>
public sealed class SpelledPlacesTests : SyncTest
{
    private const string Run = "spelled";
    private const string Later = "20260921_130000";

    /// <summary>The key's default entity is <c>sandbox</c>.</summary>
    [Theory]
    [InlineData("", "sandbox", "demo", "demo", false)]
    [InlineData("sandbox", "", "demo", "demo", false)]
    [InlineData("sandbox", "sandbox", "", "uncategorized", false)]
    [InlineData("", "sandbox", "uncategorized", "", true)]
    public async Task Parts_follow_each_other(string firstEntity, string secondEntity, string firstProject, string secondProject, bool watches)
    {
        Place(firstEntity, secondEntity, firstProject, secondProject);
        HoldBack();

        var run = watches ? await Agent.WatchAsync(Stop, "--exit-when-done", "--quiet", "2s", Folder.Wandb) : await SyncAsync();

        AssertHasBoth(run);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parts_of_which_one_leaves_its_place_to_the_environment_follow_each_other(bool watches)
    {
        Place("", "team", "", "work");
        HoldBack();
        var agent = Agent with { Environment = new Dictionary<string, string?> { ["WANDB_ENTITY"] = "team", ["WANDB_PROJECT"] = "work" } };

        var run = watches ? await agent.WatchAsync(Stop, "--exit-when-done", "--quiet", "2s", Folder.Wandb) : await agent.SyncAsync(Stop, Folder.Wandb);

        AssertHasBoth(run);
        Assert.DoesNotContain(Backend.Trace, request => request.Operation == "Viewer");
    }

    [Fact]
    public async Task Parts_of_two_entities_are_two_runs()
    {
        Place("", "team", "demo", "demo");

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal([("sandbox", 5), ("team", 5)], Backend.Runs().Select(one => ((string)one["entity"]!, one.Steps().Count)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_them_is_sent_while_the_server_does_not_tell_whose_the_key_is(bool watches)
    {
        Place("", "sandbox", "demo", "demo");
        Folder.Place(new RunRecords("other").Start().Rows(0, 3).Exit());
        Backend.Faults.Set([new FaultRule("graphql:Viewer", new FaultAction.GraphQLError("not now")) { Count = null }]);

        var run = watches ? await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb) : await SyncAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("whether they are parts of one run cannot be told", run.Output, StringComparison.Ordinal);
        Assert.Equal(3, Assert.Single(Backend.Runs()).Steps().Count);
        Backend.Faults.Set([]);
        AssertHasBoth(await SyncAsync());
    }

    /// <summary>As of a key that was changed to one of another entity meanwhile.</summary>
    [Fact]
    public async Task Part_that_the_server_keeps_elsewhere_after_all_is_told()
    {
        Place("", "team", "demo", "demo");
        Backend.Faults.Set([new FaultRule("graphql:Viewer", new FaultAction.Status(200, Body: """{"data":{"viewer":{"id":"1","entity":"team"}}}"""))]);

        var run = await SyncAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Equal(["synced", "incomplete"], run.Reports.Select(report => (string)report["result"]!));
        Assert.Contains($"it keeps the other parts of this run as sandbox/demo/{Run}", run.Output, StringComparison.Ordinal);
        Assert.Equal([("sandbox", 5), ("team", 0)], Backend.Runs().Select(one => ((string)one["entity"]!, one.Steps().Count)));
    }

    private void Place(string firstEntity, string secondEntity, string firstProject, string secondProject)
    {
        Folder.Place(Start("first", 0, firstEntity, firstProject).Rows(0, 5).Console("one\n", 1).Exit(1));
        Folder.Place(Start("second", 3600, secondEntity, secondProject).Rows(5, 5).Console("two\n", 3601).Exit(), Later);
    }

    /// <summary>Two that are sent side by side have both asked by then what the server has of the run.</summary>
    private void HoldBack() => Backend.Faults.Set([new FaultRule("graphql:UpsertBucket", new FaultAction.Delay(TimeSpan.FromMilliseconds(200))) { Count = 2 }]);

    private static RunRecords Start(string writer, long later, string entity, string project) =>
        new RunRecords(Run).Start(run => (run.Entity, run.Project) = (entity, project), later, writer);

    private void AssertHasBoth(AgentRun run)
    {
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Backend.Run(Run).Steps());
        Assert.Equal(["one", "two"], Backend.Run(Run).ConsoleTexts());
        Assert.Equal(0, (int)Backend.Run(Run)["exitcode"]!);
    }
}
