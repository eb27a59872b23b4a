using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>A later part of a run that is followed names the entity that the first one leaves to the key's default, or the other way round.</summary>
public sealed class SpelledPlacesTests : WatchTest
{
    [Theory]
    [InlineData("", "sandbox")]
    [InlineData("sandbox", "")]
    public async Task Later_part_goes_on_behind_the_one_that_is_followed(string firstEntity, string secondEntity)
    {
        GrowingFile.In(Folder, "spelled").GrowTo(Start("first", 0, firstEntity).Rows(0, 4).Console("one\n", 1));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("spelled", 4, watch);

        var second = GrowingFile.In(Folder, "spelled", "20260921_130000");
        var records = Start("second", 3600, secondEntity).Rows(4, 4).Console("two\n", 3601);
        second.GrowTo(records);
        await UntilRowsAsync("spelled", 8, watch);
        second.GrowTo(records.Rows(8, 1).Exit());
        await UntilAsync(() => File.Exists(second.Path + ".synced"), watch, "the second part was synced");

        var run = await EndAsync(signal, watch);
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8], Find("spelled")!.Steps());
        Assert.Equal(["one", "two"], Find("spelled")!.ConsoleTexts());
        Assert.Equal("one\ntwo\n", (string)Find("spelled")!.Files()["output.log"]!["text"]!);
    }

    private static RunRecords Start(string writer, long later, string entity) => new RunRecords("spelled").Start(run => run.Entity = entity, later, writer);
}
