using Wandb.Agent.Artifacts;
using Wandb.Agent.Tests.Commands;
using Xunit;

namespace Wandb.Agent.Tests.Artifacts;

public sealed class HeldContentsTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly HeldContents _held = new();

    public void Dispose()
    {
        _held.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Content_is_there_after_its_file_was_removed()
    {
        var path = _directory.AddFile("tmp1/report.txt", "all is well");
        _held.Hold(7, [path]);
        File.Delete(path);

        Assert.Equal("all is well", File.ReadAllText(_held.PathOf(7, path)!));
        Assert.Equal("all is well", File.ReadAllText(_held.PathOf(7, path)!));
        Assert.Null(_held.PathOf(8, path));
    }

    [Fact]
    public void What_was_released_is_gone()
    {
        var path = _directory.AddFile("report.txt", "1");
        _held.Hold(7, [path, path]);
        var name = _held.PathOf(7, path)!;
        File.Delete(path);

        _held.Release(7);
        _held.Release(7);

        Assert.Null(_held.PathOf(7, path));
        // The number may be another file's by now.
        Assert.DoesNotContain(path, new FileInfo(name).LinkTarget ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void What_stays_or_cannot_be_read_is_left_alone()
    {
        var staged = _directory.AddFile("artifacts/staging/tmp2", "copy");

        _held.Hold(7, [staged, "relative.txt", "", _directory.At("none"), Path.GetDirectoryName(staged)!]);

        Assert.All(new[] { staged, "relative.txt", "", _directory.At("none"), Path.GetDirectoryName(staged)! }, path => Assert.Null(_held.PathOf(7, path)));
    }

    [Fact]
    public void Not_more_than_the_limit_is_open_at_once()
    {
        string[] paths = [.. Enumerable.Range(0, HeldContents.MaxFiles + 1).Select(number => _directory.AddFile($"{number}.txt", "1"))];

        _held.Hold(7, paths);
        Assert.Null(_held.PathOf(7, paths[^1]));

        _held.Release(7);
        _held.Hold(8, [paths[^1]]);
        Assert.NotNull(_held.PathOf(8, paths[^1]));
    }
}
