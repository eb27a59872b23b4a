using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Wandb.EndToEnd.Tests.Golden;

public sealed class PlacedCaseTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Placed_case_holds_its_files_links_and_nothing_else()
    {
        using PlacedCase placed = await PlacedCase.PlaceAsync(GoldenCase.Load("save_files"), TimeProvider.System, Stop);
        string files = Path.Combine(Assert.Single(placed.RunFolders), "files");

        Assert.Equal("../../../../work/out/end.txt", new FileInfo(Path.Combine(files, "out/end.txt")).LinkTarget);
        Assert.Equal("end v2, final", await File.ReadAllTextAsync(Path.Combine(files, "out/end.txt"), Stop));
        Assert.Equal("../../../../work/out/gone.txt", new FileInfo(Path.Combine(files, "out/gone.txt")).LinkTarget);
        Assert.False(File.ResolveLinkTarget(Path.Combine(files, "out/gone.txt"), returnFinalTarget: true)!.Exists);
        Assert.Equal(["wandb", "work"], Directory.EnumerateFileSystemEntries(placed.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Compressed_file_is_unpacked_under_its_own_name()
    {
        using PlacedCase placed = await PlacedCase.PlaceAsync(GoldenCase.Load("long_5000"), TimeProvider.System, Stop);

        string file = Assert.Single(Directory.GetFiles(placed.RunFolders[0], "run-*"));
        Assert.EndsWith(".wandb", file, StringComparison.Ordinal);
        Assert.Equal(":W&B"u8.ToArray(), (await File.ReadAllBytesAsync(file, Stop))[..4]);
    }

    [Fact]
    public async Task Every_case_has_its_run_folders_and_a_recorded_state()
    {
        foreach (GoldenCase golden in GoldenCase.Names.Select(GoldenCase.Load))
        {
            using PlacedCase placed = await PlacedCase.PlaceAsync(golden, TimeProvider.System, Stop);

            Assert.NotEmpty(golden.States());
            Assert.All(placed.RunFolders, folder => Assert.Single(Directory.GetFiles(folder, "run-*.wandb")));
            Assert.DoesNotContain(Directory.EnumerateFiles(placed.Directory, "*", SearchOption.AllDirectories), file => file.EndsWith(".gz", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Disposing_removes_the_copy()
    {
        PlacedCase placed = await PlacedCase.PlaceAsync(GoldenCase.Load("minimal"), TimeProvider.System, Stop);
        placed.Dispose();

        Assert.False(Directory.Exists(Path.GetDirectoryName(placed.Directory)));
    }

    [Fact]
    public async Task Case_with_a_fixed_place_waits_until_the_place_is_free()
    {
        GoldenCase golden = InAFixedPlace("waits");
        var time = new FakeTimeProvider();
        PlacedCase first = await PlacedCase.PlaceAsync(golden, time, Stop);
        Task<PlacedCase> second = PlacedCase.PlaceAsync(golden, time, Stop);

        time.Advance(FixedPlaceLock.RetryInterval * 3);
        Assert.False(second.IsCompleted);

        await File.WriteAllTextAsync(Path.Combine(first.Directory, "left over"), "", Stop);
        first.Dispose();
        using (PlacedCase placed = await AdvancedUntilDone(time, second))
        {
            Assert.Equal(golden.Root, placed.Directory);
            Assert.False(File.Exists(Path.Combine(placed.Directory, "left over")));
        }

        Assert.False(Directory.Exists(golden.Root));
        Directory.Delete(Path.GetDirectoryName(golden.Root)!, recursive: true);
    }

    [Fact]
    public async Task Waiting_for_a_fixed_place_can_be_cancelled()
    {
        GoldenCase golden = InAFixedPlace("cancelled");
        using (await PlacedCase.PlaceAsync(golden, TimeProvider.System, Stop))
        {
            using var stop = new CancellationTokenSource();
            Task<PlacedCase> second = PlacedCase.PlaceAsync(golden, new FakeTimeProvider(), stop.Token);
            await stop.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        }

        Directory.Delete(Path.GetDirectoryName(golden.Root)!, recursive: true);
    }

    [Theory]
    [InlineData("/minimal")]
    [InlineData("relative/minimal")]
    [InlineData("/home/someone")]
    public async Task Folder_that_is_not_the_cases_own_is_never_emptied(string root) =>
        await Assert.ThrowsAsync<InvalidDataException>(
            () => PlacedCase.PlaceAsync(GoldenCase.Load("minimal") with { Root = root }, TimeProvider.System, Stop));

    private static GoldenCase InAFixedPlace(string name) =>
        GoldenCase.Load("minimal") with { Root = Path.Combine(Directory.CreateTempSubdirectory($"wandb-golden-{name}-").FullName, "minimal") };

    private static async Task<PlacedCase> AdvancedUntilDone(FakeTimeProvider time, Task<PlacedCase> task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(FixedPlaceLock.RetryInterval);
            await Task.Yield();
        }

        return await task;
    }
}
