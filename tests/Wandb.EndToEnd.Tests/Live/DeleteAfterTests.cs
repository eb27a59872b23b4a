using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>What <c>--delete-after</c> removes, and above all what it does not.</summary>
public sealed class DeleteAfterTests : WatchTest
{
    [Fact]
    public async Task Proved_run_directory_is_removed_and_nothing_else()
    {
        var file = Place("gone");
        var directory = Path.GetDirectoryName(file)!;
        Directory.CreateDirectory(Path.Combine(directory, "logs"));
        await File.WriteAllTextAsync(Path.Combine(directory, "logs", "debug-internal.log"), "words", Stop);
        Directory.CreateDirectory(Path.Combine(directory, "tmp", "code"));
        await File.WriteAllTextAsync(file + ".syncstate", "{}", Stop);
        var outside = Path.Combine(Folder.Root, "model.pt");
        await File.WriteAllTextAsync(outside, "kept.txt", Stop);
        File.Delete(Path.Combine(directory, "files", "kept.txt"));
        File.CreateSymbolicLink(Path.Combine(directory, "files", "kept.txt"), outside);
        var open = Folder.Place(new RunRecords("open").Start().Rows(0, 2));

        var run = await WatchAsync("0s");

        Assert.True(run.Status == 2, run.ToString());
        Assert.False(Directory.Exists(directory), run.ToString());
        Assert.Contains($"{directory}: removed", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(outside));
        Assert.True(File.Exists(open));
        Assert.True(Directory.Exists(Folder.Wandb));
        Assert.Equal("synced", (string)run.Reports.Single(report => (string)report["run"]! == "gone")["result"]!);
    }

    [Fact]
    public async Task Directories_are_not_removed_before_their_time_or_without_being_asked_for()
    {
        var file = Place("young");
        Assert.Equal(0, (await WatchAsync("1h")).Status);
        Assert.True(File.Exists(file));
        Assert.Equal(0, (await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb)).Status);
        Assert.True(File.Exists(file));
        Assert.Equal(0, (await WatchAsync("0s")).Status);
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("a file of the user", "notes.txt in it is not covered")]
    [InlineData("a file in files", "files/extra.txt in it is not covered")]
    [InlineData("a changed file", "files/kept.txt in it is not covered")]
    [InlineData("a folder", "mine in it is not covered")]
    [InlineData("a link to a folder", "files/link in it is not covered")]
    [InlineData("a longer run file", "the run file is not the one of the receipt")]
    [InlineData("another run file", "the run file is not the one of the receipt")]
    [InlineData("no receipt", "it has no receipt")]
    [InlineData("a receipt of another server", "it was synced with http://elsewhere/")]
    [InlineData("a receipt of an open run", "its run is open")]
    [InlineData("a receipt with losses", "its run file has bytes that nobody could read")]
    [InlineData("something set aside", ".wandb-agent/quarantine in it is not covered")]
    public async Task Directory_with_anything_that_is_not_proved_is_kept_and_told(string what, string reason)
    {
        var file = Place("kept");
        Assert.Equal(0, (await SyncAsync()).Status);
        var directory = Path.GetDirectoryName(file)!;
        Change(what, file, directory);
        var before = Folder.Snapshot();

        var run = await WatchAsync("0s");

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains($"not removed: {reason}", run.Error, StringComparison.Ordinal);
        Assert.Empty(before.DamageIn(Folder.Snapshot()));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Run_that_another_agent_has_is_kept()
    {
        var first = Place("twice");
        Assert.Equal(0, (await SyncAsync()).Status);
        GrowingFile.In(Folder, "twice", "20260921_130000").GrowTo(new RunRecords("twice").Start(later: 3600, writer: "x").Rows(4, 4));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var watch = Agent.WatchAsync(signal.Token, "--delete-after", "0s", Folder.Wandb);
        await UntilRowsAsync("twice", 8, watch);

        Assert.True(File.Exists(first), "the first part of a run was removed while the second goes on");
        await EndAsync(signal, watch);
    }

    private static void Change(string what, string file, string directory)
    {
        switch (what)
        {
            case "a file of the user":
                File.WriteAllText(Path.Combine(directory, "notes.txt"), "mine");
                break;
            case "a file in files":
                TrainerFolder.PlaceFile(file, "extra.txt", "mine");
                break;
            case "a changed file":
                TrainerFolder.PlaceFile(file, "kept.txt", "KEPT.TXT");
                break;
            case "a folder":
                Directory.CreateDirectory(Path.Combine(directory, "mine"));
                break;
            case "a link to a folder":
                Directory.CreateSymbolicLink(Path.Combine(directory, "files", "link"), Directory.CreateDirectory(Path.Combine(directory, "..", "..", "elsewhere")).FullName);
                break;
            case "a longer run file":
                File.AppendAllText(file, "more");
                break;
            case "another run file":
                var bytes = File.ReadAllBytes(file);
                bytes[^1] ^= 1;
                File.WriteAllBytes(file, bytes);
                break;
            case "no receipt":
                File.Delete(file + ".receipt.json");
                break;
            case "a receipt of another server":
                Rewrite(file, receipt => receipt["server"] = "http://elsewhere/");
                break;
            case "a receipt of an open run":
                Rewrite(file, receipt => receipt["state"] = "unfinished");
                break;
            case "a receipt with losses":
                Rewrite(file, receipt => receipt["records"]!["lost"] = 1);
                break;
            case "something set aside":
                Directory.CreateDirectory(Path.Combine(directory, ".wandb-agent", "quarantine"));
                break;
        }
    }

    private static void Rewrite(string file, Action<JsonNode> change)
    {
        var receipt = JsonNode.Parse(File.ReadAllText(file + ".receipt.json"))!;
        change(receipt);
        File.WriteAllText(file + ".receipt.json", receipt.ToJsonString());
    }

    private string Place(string id)
    {
        var file = Folder.Place(new RunRecords(id).Start().Rows(0, 4).File("kept.txt").Exit());
        TrainerFolder.PlaceFile(file, "kept.txt", "kept.txt");
        return file;
    }

    private Task<AgentRun> WatchAsync(string age) =>
        Agent.WatchAsync(Stop, "--exit-when-done", "--quiet", "1s", "--delete-after", age, Folder.Wandb);
}
