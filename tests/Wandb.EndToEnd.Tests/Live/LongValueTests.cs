using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>Long values, which the SDK writes into the summary as well.</summary>
public sealed class LongValueTests : WatchTest
{
    /// <summary>A checkpoint is kept with every request: what stands in the file is not repeated in it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3600)]
    public async Task Long_value_of_the_summary_is_in_no_checkpoint_and_survives_a_restart(int checkpointSeconds)
    {
        var text = RunRecords.Json(new string('x', 200_000));
        var file = GrowingFile.In(Folder, "long");
        var records = new RunRecords("long").Start().Rows(0, 3).Summary("short", "1").Summary("text", text).Row(3, ("text", text));
        file.GrowTo(records);
        var agent = Agent with { CheckpointInterval = TimeSpan.FromSeconds(checkpointSeconds) };
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("long", 4, watch);
        await EndAsync(signal, watch);
        var kept = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(file.Path)!, ".wandb-agent"), "run-long.wandb.*");
        Assert.NotEmpty(kept);
        Assert.All(kept, path => Assert.True(new FileInfo(path).Length < text.Length / 2, path));

        file.GrowTo(records.Rows(4, 2).Summary("short", "2").Exit());
        var next = await agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(next.Status == 0, next.ToString());
        await AssertEqualsOneSyncAsync("a run with a long value in its summary");
    }
}
