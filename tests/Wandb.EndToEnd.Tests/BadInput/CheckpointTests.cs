using System.Text.RegularExpressions;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Xunit;

namespace Wandb.EndToEnd.Tests.BadInput;

/// <summary>Checkpoints that must not be believed.</summary>
public sealed partial class CheckpointTests : WatchTest
{
    [Theory]
    [InlineData("damaged", "is damaged: set aside as ")]
    [InlineData("another offset", "is damaged: set aside as ")]
    [InlineData("other rows", "is damaged: set aside as ")]
    [InlineData("no config", "is damaged: set aside as ")]
    [InlineData("no environment", "is damaged: set aside as ")]
    [InlineData("no summary", "is damaged: set aside as ")]
    [InlineData("newer", "is of version 99, and this agent knows version 1: set aside as ")]
    [InlineData("other file", "is of another file than stands there now: set aside as ")]
    [InlineData("ahead", "is ahead of the server: it claims 1000 rows, the server has 5: set aside as ")]
    public async Task Checkpoint_that_is_not_true_is_set_aside_with_its_reason_and_the_server_is_asked(string what, string told)
    {
        var file = GrowingFile.In(Folder, "run");
        var records = new RunRecords("run").Start().Rows(0, 5);
        file.GrowTo(records);
        Assert.Equal(0, (await SyncAsync()).Status);
        var checkpoint = Path.Combine(Path.GetDirectoryName(file.Path)!, ".wandb-agent", "run-run.wandb.checkpoint.json");
        var content = await File.ReadAllTextAsync(checkpoint, Stop);
        var changed = what switch
        {
            "damaged" => content[..(content.Length / 2)],
            "another offset" => Offset().Replace(content, "\"offset\":7", 1),
            "other rows" => content.Replace("\"history\":{\"base\":0,\"count\":5", "\"history\":{\"base\":0,\"count\":4", StringComparison.Ordinal),
            "no config" => Earlier(content).Replace("\"config\":{\"values\":\"", "\"config\":{\"values\":\"AAAA", StringComparison.Ordinal),
            "no environment" => Earlier(content).Replace("\"record\":\"", "\"record\":\"////", StringComparison.Ordinal),
            "no summary" => Earlier(content).Replace("\"summary\":[]", "\"summary\":[{\"path\":[],\"value\":\"1\"}]", StringComparison.Ordinal),
            "newer" => content.Replace("\"version\":1", "\"version\":99,\"unknown\":{}", StringComparison.Ordinal),
            "other file" => Earlier(content).Replace("\"sha256\":\"", "\"sha256\":\"0", StringComparison.Ordinal),
            _ => Earlier(content).Replace("\"history\":{\"base\":0,\"count\":5", "\"history\":{\"base\":0,\"count\":1000", StringComparison.Ordinal),
        };
        Assert.NotEqual(content, changed);
        await File.WriteAllTextAsync(checkpoint, changed, Stop);
        file.GrowTo(records.Rows(5, 5).Exit());

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains($"{checkpoint} {told}{checkpoint}.unused, and the file is compared with the server", run.Error, StringComparison.Ordinal);
        Assert.Equal(changed, await File.ReadAllTextAsync(checkpoint + ".unused", Stop));
        Assert.Equal(10, Find("run")!.Steps().Count);
        await AssertEqualsOneSyncAsync(what);
    }

    /// <summary>As agents wrote it before there was a checksum.</summary>
    private static string Earlier(string content) => Checksum().Replace(content, "");

    [GeneratedRegex(",\"checksum\":\"[0-9a-f]{16}\"")]
    private static partial Regex Checksum();

    [GeneratedRegex("\"offset\":[0-9]+")]
    private static partial Regex Offset();
}
