using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>A trainer goes on writing an earlier part of a run, of which a later part has begun.</summary>
public sealed class SecondTrainerTests : WatchTest
{
    private const string Later = "20260921_130000";

    /// <param name="isOver">The later part has come to its end before the earlier one grows.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rows_that_come_to_an_earlier_part_are_told_as_not_sent(bool isOver)
    {
        var (first, second) = (Start("first", 0).Rows(0, 5), Start("second", 3600).Rows(5, 5));
        var earlier = GrowingFile.In(Folder, "two");
        earlier.GrowTo(first);
        var later = GrowingFile.In(Folder, "two", Later);
        later.GrowTo(isOver ? second.Exit() : second);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("two", 10, watch);
        if (isOver)
            await UntilAsync(() => File.Exists(later.Path + ".synced"), watch, "the later part was closed");

        earlier.GrowTo(first.Rows(100, 3));
        if (!isOver)
        {
            later.GrowTo(second.Rows(10, 2));
            await UntilRowsAsync("two", 12, watch);
        }
        var run = await EndAsync(signal, watch);

        Assert.True(run.Status == 2, run.ToString());
        var report = run.Reports.Last(report => (string)report["file"]! == earlier.Path);
        Assert.Equal("incomplete", (string)report["result"]!);
        Assert.Contains("second trainer under one run id", (string)report["message"]!, StringComparison.Ordinal);
        Assert.Contains("3 rows of it are not on the server", (string)report["message"]!, StringComparison.Ordinal);
        Assert.False(File.Exists(earlier.Path + ".synced"));
        Assert.Contains("\"unfinished\"", await File.ReadAllTextAsync(earlier.Path + ".receipt.json", Stop), StringComparison.Ordinal);
        Assert.Equal(isOver ? 10 : 12, Find("two")!.Steps().Count);
        var again = await SyncAsync();
        Assert.True(again.Status == 2, again.ToString());
        Assert.Contains("whose next 3 rows would be written over them", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Earlier_part_whose_trainer_has_gone_is_no_second_trainer()
    {
        GrowingFile.In(Folder, "one").GrowTo(new RunRecords("one").Start(writer: "first").Rows(0, 5));
        GrowingFile.In(Folder, "one", Later).GrowTo(new RunRecords("one").Start(later: 3600, writer: "second").Rows(5, 5).Exit());

        var run = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.DoesNotContain("second trainer", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_of_a_run_directory_is_told_once_and_left_alone()
    {
        var records = new RunRecords("copied").Start().Rows(0, 5);
        var file = GrowingFile.In(Folder, "copied");
        file.GrowTo(records);
        var copy = Folder.Place("copied", records.ToFile(), Later);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("copied", 5, watch);
        file.GrowTo(records.Rows(5, 2));
        await UntilRowsAsync("copied", 7, watch);

        var run = await EndAsync(signal, watch);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(1, run.Error.Split($"{copy}: a copy of {file.Path}").Length - 1);
    }

    /// <summary>What is written now matters more than what a backup holds besides.</summary>
    [Fact]
    public async Task File_that_grows_is_followed_although_a_backup_holds_more_of_its_beginning()
    {
        var records = new RunRecords("copied").Start().Rows(0, 100, padding: 1000);
        var damaged = records.ToFile();
        damaged[RunFileWriter.BlockBytes + 1000] ^= 0xFF;
        var file = GrowingFile.In(Folder, "copied");
        file.Append(damaged);
        var backup = Folder.Place("copied", records.ToFile(), Later);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("copied", 100, watch);

        file.GrowTo(records.Rows(100, 5));
        await UntilRowsAsync("copied", 105, watch);
        var run = await EndAsync(signal, watch);

        Assert.True(run.Status == 2, run.ToString());
        Assert.Equal(Enumerable.Range(0, 105).Select(step => (long)step), Find("copied")!.Steps());
        Assert.Contains(run.Reports, report => (string)report["file"]! == backup && ((string)report["message"]!).Contains(file.Path, StringComparison.Ordinal));
    }

    private static RunRecords Start(string writer, long later) => new RunRecords("two").Start(later: later, writer: writer);
}
