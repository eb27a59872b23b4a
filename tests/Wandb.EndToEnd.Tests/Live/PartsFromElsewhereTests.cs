using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>A part of a run is watched whose later part came to the server from another folder.</summary>
public sealed class PartsFromElsewhereTests : WatchTest
{
    [Fact]
    public async Task Part_that_grows_under_the_agent_does_not_write_over_rows_that_came_from_another_folder()
    {
        var file = GrowingFile.In(Folder, "parts");
        var records = new RunRecords("parts").Start(writer: "first").Rows(0, 5);
        file.GrowTo(records);
        Assert.Equal(0, (await SyncAsync()).Status);
        using (var other = new TrainerFolder())
        {
            other.Place(new RunRecords("parts").Start(later: 3600, writer: "second").Rows(5, 5).Exit(), "20260921_130000");
            Assert.Equal(0, (await AgentSetup.For(Backend, other).SyncAsync(Stop, other.Wandb)).Status);
        }
        var requests = StreamRequests.Count;
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = Agent with { Live = Agent.Live with { Heartbeat = TimeSpan.FromMilliseconds(40) } };
        var watch = agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilAsync(() => StreamRequests.Count > requests, watch, "the first part was followed");
        var asked = Asked();

        file.GrowTo(records.Rows(100, 3));
        await UntilAsync(() => Asked() >= asked + 2, watch, "the server was asked again");

        var run = await EndAsync(signal, watch);
        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("numbers 5 to 9 are not of this file, whose next 3 rows would be written over them", run.Output, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Find("parts")!.Steps());
    }

    private int Asked() => Backend.Trace.Count(request => request.Operation == "RunResumeStatus");
}
