using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>A run directory beside a copy or a backup of it, of which one is damaged.</summary>
public sealed class CopiesTests : SyncTest
{
    private const int Rows = 100;
    private const int DamagedByte = RunFileWriter.BlockBytes + 1000;

    private static readonly IEnumerable<long> AllSteps = Enumerable.Range(0, Rows).Select(step => (long)step);

    /// <param name="rest">Bytes behind the end of the damaged file.</param>
    [Theory]
    [InlineData("20260920_110000", 0)]
    [InlineData("20260922_110000", 0)]
    [InlineData("20260922_110000", 5)]
    public async Task Sound_backup_of_a_damaged_run_directory_is_what_is_sent(string timeOfBackup, int rest)
    {
        Folder.Place("kept", [.. Damaged(), .. new byte[rest]]);
        var backup = Folder.Place("kept", Records().ToFile(), timeOfBackup);

        var run = await SyncAsync();
        var again = await SyncAsync();

        Assert.True((run.Status, again.Status) == (0, 0), run.ToString() + again);
        Assert.Equal(AllSteps, Backend.Run("kept").Steps());
        Assert.Contains($"a copy of {backup}, which holds all its whole records", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(backup + ".synced"));
    }

    [Fact]
    public async Task Sound_backup_is_sent_where_the_first_run_record_itself_is_damaged()
    {
        var sound = new RunRecords("kept").Start().Rows(0, Rows, padding: 1000)
            .Run(new() { RunId = "kept", Project = "demo", StartTime = new() { Seconds = RunRecords.StartSeconds } }).Exit().ToFile();
        var damaged = sound.ToArray();
        damaged[damaged.AsSpan().IndexOf("name of kept"u8)] ^= 1;
        Folder.Place("kept", damaged);
        var backup = Folder.Place("kept", sound, "20260922_110000");

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(AllSteps, Backend.Run("kept").Steps());
        Assert.Contains($"a copy of {backup}, which holds all its whole records", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Directories_that_each_hold_what_the_other_has_not_are_told_with_both_names()
    {
        var damaged = Folder.Place("kept", Damaged());
        // It ends behind the damage.
        var backup = Folder.Place("kept", Records().ToFile(records: 70), "20260922_110000");

        var run = await SyncAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Equal(AllSteps.Count() - 1, Backend.Run("kept").Steps().Count);
        var left = run.Reports.Single(report => (string)report["file"]! == backup);
        Assert.Equal("incomplete", (string)left["result"]!);
        Assert.Contains(damaged, (string)left["message"]!, StringComparison.Ordinal);
        Assert.Contains("70 whole records", (string)left["message"]!, StringComparison.Ordinal);
        Assert.Equal("synced", (string)run.Reports.Single(report => (string)report["file"]! == damaged)["result"]!);
    }

    [Fact]
    public async Task Copy_of_a_file_that_is_not_on_the_server_is_not_called_proved()
    {
        Folder.Place(Records().File("gone.txt"));
        var copy = Folder.Place("kept", Records().File("gone.txt").ToFile(), "20260922_110000");

        var run = await SyncAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.True((bool)run.Reports.Single(report => (string)report["file"]! == copy)["unproved"]!);
    }

    [Fact]
    public async Task Watch_sends_the_sound_backup_as_well()
    {
        Folder.Place("kept", Damaged());
        var backup = Folder.Place("kept", Records().ToFile(), "20260922_110000");

        var run = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(AllSteps, Backend.Run("kept").Steps());
        Assert.Contains($"a copy of {backup}, which holds all its whole records", run.Error, StringComparison.Ordinal);
    }

    private static RunRecords Records() => new RunRecords("kept").Start().Rows(0, Rows, padding: 1000).Exit();

    private static byte[] Damaged()
    {
        var file = Records().ToFile();
        file[DamagedByte] ^= 0xFF;
        return file;
    }
}
