using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>Run directories that are moved, copied, written over and removed while they are followed.</summary>
public sealed class IdentityOfFilesTests : WatchTest
{
    [Fact]
    public async Task Run_directory_that_is_moved_is_followed_where_it_went()
    {
        var file = GrowingFile.In(Folder, "moved");
        var records = new RunRecords("moved").Start().Rows(0, 10, padding: 300);
        file.GrowTo(records);
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        await UntilRowsAsync("moved", 10, watch);
        var sent = StreamRequests.Sum(request => request.Bytes);

        var moved = file.MoveTo(Path.Combine(Folder.Wandb, "old", "deep", "offline-run-20260921_120000-moved"));
        moved.GrowTo(records.Rows(10, 2).Exit());
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains("moved to ", run.Error, StringComparison.Ordinal);
        Assert.True(StreamRequests.Sum(request => request.Bytes) < 2 * sent, "the rows were sent again");
        Assert.Equal(12, Find("moved")!.Steps().Count);
        Assert.True(File.Exists(moved.Path + ".synced"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_run_of_the_same_length_in_its_place_is_noticed(bool inPlace)
    {
        var file = GrowingFile.In(Folder, "x1");
        file.GrowTo(new RunRecords("x1").Start().Rows(0, 5));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("x1", 5, watch);

        var other = new RunRecords("x2").Start().Rows(0, 5).ToFile();
        Assert.Equal(file.Length, other.Length);
        if (inPlace)
            await File.WriteAllBytesAsync(file.Path, other, Stop);
        else
            file.ReplaceBy(other);

        await UntilRowsAsync("x2", 5, watch);
        await EndAsync(signal, watch);
        Assert.Equal(5, Find("x1")!.Steps().Count);
    }

    [Fact]
    public async Task Replaced_file_is_started_over_at_once()
    {
        var file = GrowingFile.In(Folder, "prompt");
        var records = new RunRecords("prompt").Start().Rows(0, 5);
        file.GrowTo(records);
        var agent = Agent;
        var watch = (agent with { Live = agent.Live with { RetryDelay = TimeSpan.FromHours(1) } }).WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        await UntilRowsAsync("prompt", 5, watch);

        file.ReplaceBy(records.Rows(5, 5).Exit().ToFile());
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        await AssertEqualsOneSyncAsync("a file that was replaced");
    }

    [Fact]
    public async Task Run_directory_that_is_removed_is_reported_lost_and_does_not_come_back()
    {
        var file = GrowingFile.In(Folder, "removed");
        file.GrowTo(new RunRecords("removed").Start().Rows(0, 5));
        Folder.Place(new RunRecords("stays").Start().Rows(0, 5).Exit());
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", "--quiet", "1h", Folder.Wandb);
        await UntilRowsAsync("removed", 5, watch);

        Directory.Delete(Path.GetDirectoryName(file.Path)!, recursive: true);
        var run = await watch;

        Assert.True(run.Status == 2, run.ToString());
        var report = run.Reports.Last(report => (string)report["run"]! == "removed");
        Assert.Contains("the run directory was removed: 5 rows", (string)report["message"]!, StringComparison.Ordinal);
        Assert.Equal(5, Find("removed")!.Steps().Count);
        Assert.False(Directory.Exists(Path.GetDirectoryName(file.Path)), $"the agent made the directory again: {string.Join(" ", Directory.Exists(Path.GetDirectoryName(file.Path)) ? Directory.GetFileSystemEntries(Path.GetDirectoryName(file.Path)!, "*", SearchOption.AllDirectories) : [])}");
    }

    [Fact]
    public async Task Copy_of_a_run_directory_doubles_nothing()
    {
        var file = GrowingFile.In(Folder, "twin");
        var records = new RunRecords("twin").Start().Rows(0, 5);
        file.GrowTo(records);
        var copy = GrowingFile.In(Folder, "twin", "20260921_130000");
        copy.GrowTo(records);
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        await UntilRowsAsync("twin", 5, watch);

        file.GrowTo(records.Rows(5, 2).Exit());
        copy.GrowTo(records);
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Find("twin")!.Steps());
    }

    [Fact]
    public async Task Copy_that_stands_before_the_run_directory_does_not_take_its_place()
    {
        var records = new RunRecords("twin").Start().Rows(0, 5);
        GrowingFile.In(Folder, "twin", "20260920_110000").GrowTo(records);
        var file = GrowingFile.In(Folder, "twin");
        file.GrowTo(records);
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        await UntilRowsAsync("twin", 5, watch);

        file.GrowTo(records.Rows(5, 2).Exit());
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Find("twin")!.Steps());
        Assert.True(File.Exists(file.Path + ".synced"));
    }
}
