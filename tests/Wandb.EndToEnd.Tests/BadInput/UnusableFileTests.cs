using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Sync;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.EndToEnd.Tests.BadInput;

/// <summary>Files and paths that give nothing: one line names the file and the reason, the other runs go on.</summary>
public sealed class UnusableFileTests : SyncTest
{
    /// <summary>What is wrong, the file, and words of the reason.</summary>
    public static TheoryData<string, byte[], string> Unusable => new()
    {
        { "0 bytes", [], "empty" },
        { "3 bytes", ":W&"u8.ToArray(), "7 bytes of its header" },
        { "7 bytes", [.. ":W&B"u8, 0xE1, 0xBE, 0], "the SDK has not flushed anything yet" },
        { "wrong ident", Changed(0), "not a W&B run file" },
        { "wrong magic", Changed(4), "magic number" },
        { "wrong version", Changed(6), "version" },
        { "no run record", NoRun(), "no run record" },
        { "one block of zeros behind the header", [.. ":W&B"u8, 0xE1, 0xBE, 0, .. new byte[RunFileWriter.BlockBytes - 7]], "no run record" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task An_unusable_file_is_named_with_its_reason_and_the_others_go_on(string what, byte[] content, string reason)
    {
        var bad = Folder.Place("bad", content);
        Folder.Place(Good("good"));

        var run = await SyncAsync();

        Assert.True(run.Status == 2, what);
        var report = run.Reports.Single(report => (string)report["file"]! == bad);
        Assert.Equal("unusable", (string)report["result"]!);
        Assert.Contains(reason, (string)report["message"]!, StringComparison.Ordinal);
        Assert.Equal("synced", (string)run.Reports.Single(report => (string?)report["run"] == "good")["result"]!);
        Assert.Equal([0, 1], Backend.Run("good").Steps());
        Assert.Equal(content, await File.ReadAllBytesAsync(bad, Stop));
        Assert.False(File.Exists(bad + ".synced"));
    }

    [Fact]
    public async Task An_unusable_file_is_one_line_of_text_with_its_path()
    {
        var bad = Folder.Place("bad", []);

        var run = await Agent.RunAsync(["sync", Folder.Wandb], Stop);

        Assert.Equal(2, run.Status);
        Assert.Contains(bad, run.Output, StringComparison.Ordinal);
        Assert.Contains("empty", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_without_runs_are_named_and_the_others_go_on()
    {
        Folder.Place(Good("good"));
        var nowhere = Path.Combine(Folder.Root, "nowhere");
        var empty = Directory.CreateDirectory(Path.Combine(Folder.Root, "empty")).FullName;

        var run = await Agent.RunAsync(["sync", nowhere, empty, Folder.Wandb], Stop);

        Assert.Equal(2, run.Status);
        Assert.Contains($"{nowhere}: ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"{empty}: no runs in it", run.Output, StringComparison.Ordinal);
        Assert.Equal([0, 1], Backend.Run("good").Steps());
    }

    [Fact]
    public async Task A_file_that_is_cut_while_it_is_read_is_not_called_synced()
    {
        var whole = Long().ToFile();
        var file = Folder.Place("cut", whole);
        WriteWhileRead(whole, file, () => File.WriteAllBytes(file, whole[..40_000]), out var agent);

        var run = await agent.SyncAsync(Stop, Folder.Wandb);

        AssertChanged(run, file);
        await File.WriteAllBytesAsync(file, whole, Stop);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_file_that_is_replaced_while_it_is_read_is_not_called_synced()
    {
        var whole = Long().ToFile();
        var file = Folder.Place("cut", whole);
        WriteWhileRead(
            whole, file,
            () =>
            {
                File.Delete(file);
                File.WriteAllBytes(file, new RunRecords("other").Start().Rows(0, 900, padding: 1000).ToFile());
            },
            out var agent);

        var run = await agent.SyncAsync(Stop, Folder.Wandb);

        AssertChanged(run, file);
        await File.WriteAllBytesAsync(file, whole, Stop);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_file_that_is_deleted_while_it_is_read_is_not_called_synced()
    {
        var whole = Long().ToFile();
        var file = Folder.Place("cut", whole);
        WriteWhileRead(whole, file, () => File.Delete(file), out var agent);

        var run = await agent.SyncAsync(Stop, Folder.Wandb);

        Assert.Equal((2, "incomplete"), (run.Status, run.Result));
        Assert.False(File.Exists(file + ".synced"));
        await File.WriteAllBytesAsync(file, whole, Stop);
        await AssertWholeAsync();
    }

    private void WriteWhileRead(byte[] whole, string file, Action change, out AgentSetup agent)
    {
        Assert.Equal(whole.Length, new FileInfo(file).Length);
        Backend.Faults.Set([new Sandbox.Backend.Faults.FaultRule("filestream", new Sandbox.Backend.Faults.FaultAction.Status(503)) { Skip = 3 }]);
        agent = Agent with { Failed = change };
    }

    private static void AssertChanged(AgentRun run, string file)
    {
        Assert.Equal((2, "incomplete"), (run.Status, run.Result));
        Assert.Contains("replaced or cut", run.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(file + ".synced"));
        Assert.False(File.Exists(file + ".receipt.json"));
    }

    private async Task AssertWholeAsync()
    {
        var run = await SyncAsync();
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(Enumerable.Range(0, 900).Select(step => (long)step), Backend.Run("cut").Steps());
    }

    private static RunRecords Good(string runId) => new RunRecords(runId).Start().Rows(0, 2).Exit();

    /// <summary>Several times what the agent reads at once.</summary>
    private static RunRecords Long() => new RunRecords("cut").Start().Rows(0, 900, padding: 1000).Exit();

    private static byte[] Changed(int at)
    {
        var file = Good("bad").ToFile();
        file[at] ^= 1;
        return file;
    }

    private static byte[] NoRun() => new RunRecords("bad").Rows(0, 3).Exit().ToFile();
}
