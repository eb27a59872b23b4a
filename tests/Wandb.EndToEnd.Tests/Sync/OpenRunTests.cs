using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Runs without an exit record.</summary>
public sealed class OpenRunTests : SyncTest
{
    [Fact]
    public async Task A_run_without_an_exit_record_stays_open()
    {
        var file = Folder.Place(new RunRecords("open").Start().Rows(0, 5));

        var run = await SyncAsync();

        Assert.Equal("unfinished", run.Result);
        Assert.Equal(0, run.Status);
        var stored = Backend.Run("open");
        Assert.Equal(5, stored.Steps().Count);
        Assert.False((bool)stored["complete"]!);
        Assert.Null(stored["exitcode"]);
        Assert.False(File.Exists(file + ".synced"));
        Assert.True(File.Exists(file + ".receipt.json"));
    }

    [Fact]
    public async Task Finish_closes_a_run_without_an_exit_record_with_that_code()
    {
        var file = Folder.Place(new RunRecords("open").Start().Rows(0, 5));

        var run = await SyncAsync(Folder.Wandb, "--finish", "3");

        Assert.Equal((0, "synced", 3), (run.Status, run.Result, (int)run.Report["exitCode"]!));
        Assert.Equal((true, 3), ((bool)Backend.Run("open")["complete"]!, (int)Backend.Run("open")["exitcode"]!));
        Assert.True(File.Exists(file + ".synced"));
    }

    [Fact]
    public async Task Finish_leaves_the_code_of_an_exit_record_alone()
    {
        Folder.Place(new RunRecords("closed").Start().Rows(0, 5).Exit(7));

        await SyncAsync(Folder.Wandb, "--finish", "3");

        Assert.Equal(7, (int)Backend.Run("closed")["exitcode"]!);
    }

    [Fact]
    public async Task An_open_run_can_be_closed_by_a_later_command()
    {
        Folder.Place(new RunRecords("open").Start().Rows(0, 5));
        await SyncAsync();

        var run = await SyncAsync(Folder.Wandb, "--finish", "1");

        Assert.Equal((0, "synced"), (run.Status, run.Result));
        Assert.Equal(1, (int)Backend.Run("open")["exitcode"]!);
        Assert.Equal([0, 1, 2, 3, 4], Backend.Run("open").Steps());
    }

    [Fact]
    public async Task What_was_written_after_the_first_sync_is_added_by_the_next()
    {
        var records = new RunRecords("later").Start().Rows(0, 40, padding: 1000).Console("one\n").Rows(40, 40, padding: 1000).Console("two\n").Exit();
        var whole = records.ToFile();
        var path = Folder.Place("later", whole[..(2 * RunFileWriter.BlockBytes)]);
        var first = await SyncAsync();
        Assert.Equal("unfinished", first.Result);
        await File.WriteAllBytesAsync(path, whole, Stop);

        var run = await SyncAsync();

        Assert.Equal((0, "synced"), (run.Status, run.Result));
        Assert.Equal(Enumerable.Range(0, 80).Select(step => (long)step), Backend.Run("later").Steps());
        Assert.Equal(["one", "two"], Backend.Run("later").ConsoleTexts());
        Assert.Equal("one\ntwo\n", (string)Backend.Run("later").Files()["output.log"]!["text"]!);
    }

    [Fact]
    public async Task A_file_that_grows_after_a_finished_sync_is_synced_again_without_asking()
    {
        var records = new RunRecords("grown").Start().Rows(0, 5).Exit().Rows(5, 5).Exit();
        Folder.Place("grown", records.ToFile(9));
        Assert.Equal("synced", (await SyncAsync()).Result);
        Folder.Place(records);

        var run = await SyncAsync();

        Assert.Equal((0, "synced"), (run.Status, run.Result));
        Assert.Equal(10, Backend.Run("grown").Steps().Count);
    }

    [Fact]
    public async Task A_growing_file_is_said_to_be_growing_and_is_not_closed()
    {
        var records = new RunRecords("growing").Start().Rows(0, 100, padding: 1000);
        var whole = records.ToFile();
        var path = Folder.Place("growing", whole[..(2 * RunFileWriter.BlockBytes)]);
        Backend.Faults.Set([new FaultRule("graphql:CreateRunFiles", new FaultAction.Status(503))]);
        // The trainer writes its next block while the agent waits for the server.
        var agent = Agent with { Failed = () => File.WriteAllBytes(path, whole[..(3 * RunFileWriter.BlockBytes)]) };

        var run = await agent.SyncAsync(Stop, Folder.Wandb, "--finish", "1");

        Assert.Equal("unfinished", run.Result);
        Assert.True((bool)run.Report["growing"]!);
        Assert.Contains("growing", run.Message, StringComparison.Ordinal);
        Assert.False((bool)Backend.Run("growing")["complete"]!);
        Assert.False(File.Exists(path + ".synced"));
    }
}
