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
        await UntilAsync(() => IsKept(contents, path));

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

        using var kept = contents.Open(path);
        Assert.Equal("early", File.ReadAllText(HeldContents.PathOf(kept!)));
    }

    [Fact]
    public async Task Only_files_in_folders_of_pythons_tempfile_are_kept()
    {
        using var contents = Start();
        string[] others = [Make("gen.txt", "1"), Make("tmp1/gen.txt", "1"), Make("tmp1vidl2sbwandb-media/gen.txt", "1"), Make("torch_cache_1/gen.txt", "1")];
        var last = Make($"{Folder}/gen.txt", "1");

        await UntilAsync(() => IsKept(contents, last));

        Assert.All(others, path => Assert.False(IsKept(contents, path)));
    }

    [Fact]
    public void Links_to_folders_are_not_followed()
    {
        var path = Make($"{Folder}/gen.txt", "1");
        var elsewhere = Make("elsewhere/gen.txt", "1");
        // Two that lead back: without end for whoever follows them.
        foreach (var name in (string[])["again", "once_more"])
            Directory.CreateSymbolicLink(_directory.At($"{Folder}/{name}"), ".");
        Directory.CreateSymbolicLink(_directory.At($"{Folder}/away"), Path.GetDirectoryName(elsewhere)!);

        using var contents = Start();

        Assert.True(IsKept(contents, path));
        Assert.False(IsKept(contents, _directory.At($"{Folder}/away/gen.txt")));
        Assert.False(IsKept(contents, _directory.At($"{Folder}/again/gen.txt")));
    }

    [Fact]
    public async Task Removed_content_is_bounded_and_the_oldest_goes_first()
    {
        using var contents = Start(maxRemovedBytes: 10);
        string[] paths = [.. Enumerable.Range(0, 4).Select(number => Make($"{Folder}/{number}", "12345"))];
        await UntilAsync(() => paths.All(path => IsKept(contents, path)));

        foreach (var path in paths[..3])
            File.Delete(path);

        await UntilAsync(() => !IsKept(contents, paths[0]));
        Assert.All(paths[1..], path => Assert.True(IsKept(contents, path)));
    }

    [Fact]
    public async Task Not_more_than_the_limit_is_open_at_once()
    {
        using var contents = Start();
        string[] paths = [.. Enumerable.Range(0, TemporaryContents.MaxFiles + 1).Select(number => Make($"{Folder}/{number}", "1"))];

        await UntilAsync(() => IsKept(contents, paths[^1]));

        Assert.Equal(TemporaryContents.MaxFiles, paths.Count(path => IsKept(contents, path)));
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

    private static bool IsKept(TemporaryContents contents, string path)
    {
        using var kept = contents.Open(path);
        return kept is not null;
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
