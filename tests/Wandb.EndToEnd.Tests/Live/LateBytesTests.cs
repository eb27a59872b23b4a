using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>A run file on a network's file system: its length is seen before its bytes, which are zeros until then.</summary>
public sealed class LateBytesTests : WatchTest
{
    private const int Block = 32768;

    /// <param name="end">How much of the file is there, counted in blocks; 0: all, and its end is missing.</param>
    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    public async Task Rows_that_come_after_the_length_of_the_file_are_sent(int end)
    {
        var content = new RunRecords("late").Start().Rows(0, 60, padding: 3000).Exit().ToFile();
        var late = content.ToArray();
        late.AsSpan(Block, end == 0 ? late.Length - Block : 2 * Block).Clear();
        var file = GrowingFile.In(Folder, "late");
        file.Append(late.AsSpan(0, end == 0 ? late.Length : end * Block));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = (Agent with { Live = Agent.Live with { DamagePatience = TimeSpan.FromMinutes(1) } }).WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("late", 1, watch);

        await using (var writer = new FileStream(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            await writer.WriteAsync(content, Stop);
        await UntilAsync(() => (bool)Find("late")!["complete"]!, watch, "the run was closed");
        var run = await EndAsync(signal, watch);

        Assert.True(run.Status == 0, run.ToString());
        await AssertEqualsOneSyncAsync("a run whose bytes came late");
    }

    [Fact]
    public async Task Bytes_that_never_come_are_told_as_lost_and_the_rest_goes_on()
    {
        var content = new RunRecords("never").Start().Rows(0, 60, padding: 3000).Exit().ToFile();
        content.AsSpan(Block, Block).Clear();
        GrowingFile.In(Folder, "never").Append(content);

        var run = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.Equal(3, run.Status);
        await AssertEqualsOneSyncAsync("a run with a block of zeros");
    }
}
