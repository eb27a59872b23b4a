using Wandb.Agent.Artifacts;
using Xunit;

namespace Wandb.Agent.Tests.Artifacts;

public sealed class PartPlanTests
{
    private const long MiB = 1 << 20;
    private static readonly ArtifactUploadOptions Options = new();

    [Theory]
    [InlineData(0, null)]
    [InlineData((2048 * MiB) - 1, null)]
    [InlineData(2048 * MiB, 100 * MiB)]
    [InlineData(1_000_000 * MiB, 100 * MiB)]
    [InlineData((1_000_000 * MiB) + 1, (100 * MiB) + 4096)]
    [InlineData(5_000_000 * MiB, 500 * MiB)]
    public void Files_from_2_GiB_go_in_at_most_10000_parts(long fileBytes, long? partBytes)
    {
        Assert.Equal(partBytes, PartPlan.PartBytes(fileBytes, Options));
        if (partBytes is { } bytes)
            Assert.InRange((fileBytes + bytes - 1) / bytes, 1, 10_000);
    }

    [Fact]
    public void An_empty_file_never_goes_in_parts() => Assert.Null(PartPlan.PartBytes(0, Options with { MultipartFromBytes = 0 }));

    [Theory]
    [InlineData(0, 0, 25)]
    [InlineData(124, 60, 25)]
    [InlineData(500, 0.5, 25)]
    [InlineData(200, 60, 200)]
    [InlineData(200, 6000, 25)]
    [InlineData(200, 1, 2000)]
    public void Batches_grow_to_a_minutes_worth(int filesDone, double seconds, int size) =>
        Assert.Equal(size, PartPlan.BatchSize(filesDone, TimeSpan.FromSeconds(seconds), Options));
}
