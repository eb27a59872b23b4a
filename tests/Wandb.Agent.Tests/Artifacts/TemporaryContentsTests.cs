using Wandb.Agent.Artifacts;
using Wandb.Agent.Tests.Commands;
using Xunit;

namespace Wandb.Agent.Tests.Artifacts;

public sealed class TemporaryContentsTests : IDisposable
{
    private const string Folder = "tmp1vidl2sb";
    private const int Generous = 1 << 20;

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Content_of_a_file_that_was_removed_at_once_is_still_there()
    {
        using var contents = Start();
        var path = Make($"{Folder}/deeper/gen.txt", "generated");
        await UntilAsync(() => contents.PathOf(path) is not null);

        Directory.Delete(_directory.At(Folder), recursive: true);

        using var held = new HeldContents(contents);
        held.Hold(7, [path]);
        Assert.Equal("generated", await File.ReadAllTextAsync(held.PathOf(7, path)!, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_was_there_before_is_kept_as_well()
    {
        var path = Make($"{Folder}/gen.txt", "early");
        using var contents = Start();

        Directory.Delete(_directory.At(Folder), recursive: true);

        Assert.Equal("early", File.ReadAllText(contents.PathOf(path)!));
    }

    [Fact]
    public async Task Only_files_in_folders_of_pythons_tempfile_are_kept()
    {
        using var contents = Start();
        string[] others = [Make("gen.txt", "1"), Make("tmp1/gen.txt", "1"), Make("tmp1vidl2sbwandb-media/gen.txt", "1"), Make("torch_cache_1/gen.txt", "1")];
        var last = Make($"{Folder}/gen.txt", "1");

        await UntilAsync(() => contents.PathOf(last) is not null);

        Assert.All(others, path => Assert.Null(contents.PathOf(path)));
    }

    [Fact]
    public async Task Removed_content_is_bounded_and_the_oldest_goes_first()
    {
        using var contents = Start(maxRemovedBytes: 10);
        string[] paths = [.. Enumerable.Range(0, 4).Select(number => Make($"{Folder}/{number}", "12345"))];
        await UntilAsync(() => paths.All(path => contents.PathOf(path) is not null));

        foreach (var path in paths[..3])
            File.Delete(path);

        await UntilAsync(() => contents.PathOf(paths[0]) is null);
        Assert.All(paths[1..], path => Assert.NotNull(contents.PathOf(path)));
    }

    [Fact]
    public async Task Not_more_than_the_limit_is_open_at_once()
    {
        using var contents = Start();
        string[] paths = [.. Enumerable.Range(0, TemporaryContents.MaxFiles + 1).Select(number => Make($"{Folder}/{number}", "1"))];

        await UntilAsync(() => contents.PathOf(paths[^1]) is not null);

        Assert.Equal(TemporaryContents.MaxFiles, paths.Count(path => contents.PathOf(path) is not null));
    }

    [Fact]
    public void Folder_that_is_not_there_is_told()
    {
        Assert.Null(TemporaryContents.Of(_directory.At("none"), out var problem));

        Assert.Equal($"files of Artifact.new_file below {_directory.At("none")} are not kept: no such file or directory", problem);
    }

    private TemporaryContents Start(long maxRemovedBytes = Generous)
    {
        var contents = TemporaryContents.Of(_directory.At(""), out var problem, maxRemovedBytes);
        Assert.Null(problem);
        return contents!;
    }

    private string Make(string path, string content) => _directory.AddFile(path, content);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!isSo())
            Assert.True(await timer.WaitForNextTickAsync(limit.Token));
    }
}
