using Wandb.Agent.Records.Wire;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>What a file has lost, and what it has too much.</summary>
public sealed class DamageTests : SyncTest
{
    private const int Rows = 300;

    [Fact]
    public async Task Damage_costs_at_most_its_own_block_and_the_lost_records_are_named()
    {
        var file = LongFile("damaged").ToFile();
        const int damagedBlock = 1;
        file[damagedBlock * RunFileWriter.BlockBytes + 1000] ^= 0xFF;
        Folder.Place("damaged", file);

        var run = await SyncAsync();

        Assert.Equal(3, run.Status);
        var steps = Backend.Run("damaged").Steps();
        var lost = Enumerable.Range(0, Rows).Select(step => (long)step).Except(steps).ToList();
        Assert.NotEmpty(lost);
        Assert.Equal(lost, Enumerable.Range((int)lost[0], lost.Count).Select(step => (long)step));
        // About 33 rows of 1,000 characters in a block, and those that reach into the blocks beside it.
        Assert.InRange(lost.Count, 1, 36);
        Assert.Equal(lost.Count, (int)run.Report["lostRecords"]!);
        // Header, run and environment come before the rows: row 0 is record 4.
        var named = run.Report["lost"]!.AsArray().Single()!;
        Assert.Equal((lost[0] + 4, lost[^1] + 4), ((long)named["first"]!, (long)named["last"]!));
        Assert.Equal(0, (int)Backend.Run("damaged")["exitcode"]!);
    }

    [Fact]
    public async Task Damage_of_one_run_does_not_touch_another_of_the_same_command()
    {
        var file = LongFile("damaged").ToFile();
        file.AsSpan(RunFileWriter.BlockBytes, RunFileWriter.BlockBytes).Clear();
        Folder.Place("damaged", file);
        Folder.Place(LongFile("sound"));

        var run = await SyncAsync();

        Assert.Equal(3, run.Status);
        Assert.Equal(Rows, Backend.Run("sound").Steps().Count);
        Assert.Equal("synced", (string)run.Reports.Single(report => (string)report["run"]! == "sound")["result"]!);
    }

    /// <summary>As a file system leaves a file whose length reached the disk before a power cut, and whose bytes did not.</summary>
    [Fact]
    public async Task Zeros_at_the_end_of_a_file_without_an_exit_record_are_told_as_lost()
    {
        Folder.Place("dark", [.. new RunRecords("dark").Start().Rows(0, 5).ToFile(), .. new byte[RunFileWriter.BlockBytes + 5000]]);
        const string words = "the file ends with 37768 bytes of zeros: what was there is lost";

        var open = await SyncAsync();
        var closed = await SyncAsync(Folder.Wandb, "--finish", "1");

        Assert.Equal((0, "unfinished", 0), (open.Status, open.Result, (int)open.Report["lostRecords"]!));
        Assert.Contains(words, open.Message, StringComparison.Ordinal);
        Assert.Equal((3, "synced", 1), (closed.Status, closed.Result, (int)closed.Report["lostRecords"]!));
        Assert.Contains(words, closed.Message, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2, 3, 4], Backend.Run("dark").Steps());
    }

    [Fact]
    public async Task Zeros_behind_an_exit_record_are_no_loss()
    {
        Folder.Place("over", [.. new RunRecords("over").Start().Rows(0, 5).Exit().ToFile(), .. new byte[RunFileWriter.BlockBytes + 5000]]);

        var run = await SyncAsync();

        Assert.Equal((0, "synced", ""), (run.Status, run.Result, run.Message));
    }

    [Fact]
    public async Task What_stands_before_the_first_sound_run_record_is_sent_as_well()
    {
        const int rowsBefore = 60;
        var file = new RunRecords("late").Start().Console("one\n", 1).Event(5).Alert("first").Rows(0, rowsBefore, padding: 1000).Alert("second").Console("two\n", 6)
            .Run(new RunRecord { RunId = "late", Project = "demo", StartTime = new Timestamp { Seconds = RunRecords.StartSeconds }, DisplayName = "renamed" })
            .Rows(rowsBefore, 5).Exit().ToFile();
        file[file.AsSpan().IndexOf("name of late"u8)] ^= 1;
        Folder.Place("late", file);

        var run = await SyncAsync();

        Assert.Equal((3, "synced", 1), (run.Status, run.Result, (int)run.Report["lostRecords"]!));
        var stored = Backend.Run("late");
        Assert.Equal("renamed", (string)stored.Bucket()["displayName"]!);
        Assert.Equal(Enumerable.Range(0, rowsBefore + 5).Select(step => (long)step), stored.Steps());
        Assert.Equal(["one", "two"], stored.ConsoleTexts());
        Assert.Equal("one\ntwo\n", (string)stored.Files()["output.log"]!["text"]!);
        Assert.Equal(5, (double)stored["events"]!.AsArray().Single()!["_runtime"]!);
        Assert.Equal(["first", "second"], stored["alerts"]!.AsArray().Select(alert => (string)alert!["title"]!));
        // What was read before the run was announced is no more than one body.
        Assert.All(Backend.Trace.Where(request => request.Kind == "filestream"), request => Assert.InRange(request.Bytes, 0, 10_000));

        var state = Backend.State();
        using var copy = Folder.Copy();
        Assert.Equal(3, (await SyncAsync(copy.Wandb)).Status);
        ServerState.AssertSame(state, Backend, "another copy, compared with the server");
    }

    [Fact]
    public async Task Unknown_record_kinds_are_counted_and_skipped()
    {
        Folder.Place(new RunRecords("newer").Start().Rows(0, 2).Add(77, [1, 2, 3]).Rows(2, 2).Add(78, []).Exit());

        var run = await SyncAsync();

        Assert.Equal(0, run.Status);
        Assert.Equal(2, (int)run.Report["unknownRecords"]!);
        Assert.Equal([0, 1, 2, 3], Backend.Run("newer").Steps());
    }

    [Fact]
    public async Task TensorBoard_records_need_nothing_but_their_files()
    {
        const int tensorBoard = 9;
        var events = new ProtoBytes().Text(1, "/srv/trainer/logs").Flag(3, true).Written.ToArray();
        var path = Folder.Place(new RunRecords("board").Start().Add(tensorBoard, events).File("events.out.tfevents.1").Rows(0, 2).Exit());
        TrainerFolder.PlaceFile(path, "events.out.tfevents.1", "events");

        var run = await SyncAsync();

        Assert.Equal(0, run.Status);
        Assert.Contains("events.out.tfevents.1", Backend.Run("board").Files());
    }

    private static RunRecords LongFile(string runId) => new RunRecords(runId).Start().Rows(0, Rows, padding: 1000).Exit();
}
