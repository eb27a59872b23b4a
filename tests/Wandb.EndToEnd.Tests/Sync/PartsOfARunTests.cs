using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Parts of one run that were left without an exit record, do not come to their end, or are copies.</summary>
public sealed class PartsOfARunTests : SyncTest
{
    private const string Later = "20260921_130000";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Part_without_exit_record_does_not_write_over_the_later_one_when_the_command_comes_again(bool watches)
    {
        Folder.Place(First("parts"));
        Folder.Place(Second("parts"), Later);
        var first = await SyncAsync();
        Assert.True(first.Status == 0, first.ToString());
        Assert.Equal(["unfinished", "synced"], first.Reports.Select(report => (string)report["result"]!));
        var state = Backend.State();
        var sent = Backend.Trace.Count(IsWriting);

        var run = watches ? await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb) : await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        ServerState.AssertSame(state, Backend, "after the command came again");
        Assert.Equal(sent, Backend.Trace.Count(IsWriting));
    }

    [Fact]
    public async Task Part_that_does_not_come_to_its_end_keeps_the_next_one_back()
    {
        Folder.Place(First("parts"));
        Folder.Place(Second("parts"), Later);
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(401))]);

        var run = await SyncAsync();

        Assert.Equal(2, run.Status);
        Assert.Contains("its lines follow those of", run.Output, StringComparison.Ordinal);
        Assert.Empty(Backend.Run("parts").Steps());
        var again = await SyncAsync();
        Assert.True(again.Status == 0, again.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Backend.Run("parts").Steps());
    }

    [Theory]
    [InlineData("20260920_110000")]
    [InlineData("20260922_110000")]
    public async Task Copy_of_a_run_directory_doubles_nothing(string timeOfCopy)
    {
        Folder.Place(First("parts").Exit());
        Folder.Place("parts", First("parts").ToFile(), timeOfCopy);

        var run = await SyncAsync();
        var again = await SyncAsync();

        Assert.True((run.Status, again.Status) == (0, 0), run.ToString());
        Assert.Contains("a copy of ", run.Output, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2, 3, 4], Backend.Run("parts").Steps());
        Assert.Equal(["one"], Backend.Run("parts").ConsoleTexts());
        Assert.Equal(0, (int)Backend.Run("parts")["exitcode"]!);
    }

    private static bool IsWriting(TraceEntry request) => request.Kind is "filestream" or "graphql:UpsertBucket" or "put";

    private static RunRecords First(string id) =>
        new RunRecords(id).Start(writer: "first").Config("rate", "1").Rows(0, 5).Console("one\n").Summary("best", "1");

    private static RunRecords Second(string id) =>
        new RunRecords(id).Start(later: 3600, writer: "second").Config("rate", "2").Rows(5, 5).Console("two\n", 3601).Summary("best", "2").Exit();
}
