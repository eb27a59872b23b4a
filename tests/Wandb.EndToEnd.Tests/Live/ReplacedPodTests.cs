using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>A pod that goes on with the run of one that is gone is followed, and its first request comes to nothing.</summary>
public sealed class ReplacedPodTests : WatchTest
{
    [Fact]
    public async Task Part_whose_first_request_is_refused_is_sent_when_it_is_tried_again()
    {
        using (var gone = new TrainerFolder())
        {
            gone.Place(new RunRecords("replaced").Start(writer: "first").Rows(0, 5).Console("one\n", 1));
            Assert.Equal(0, (await AgentSetup.For(Backend, gone).SyncAsync(Stop, gone.Wandb)).Status);
        }
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(403))]);
        var file = GrowingFile.In(Folder, "replaced", "20260921_130000");
        var records = new RunRecords("replaced").Start(later: 3600, writer: "second").Console("two\n", 3601);
        // A whole block without a row.
        file.GrowTo(records.Summary("note", RunRecords.Json(new string('n', 40_000))));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilAsync(() => Find("replaced")!.ConsoleTexts().Count == 2, watch, "the console line came after all");

        file.GrowTo(records.Rows(5, 5).Exit());
        await UntilAsync(() => File.Exists(file.Path + ".synced"), watch, "the second part was synced");

        var run = await EndAsync(signal, watch);
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(1, Backend.Faults.Hits);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Find("replaced")!.Steps());
        Assert.Equal(["one", "two"], Find("replaced")!.ConsoleTexts());
    }
}
