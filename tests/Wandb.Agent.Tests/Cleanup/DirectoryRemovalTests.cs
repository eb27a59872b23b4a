using Wandb.Agent.Cleanup;
using Xunit;

namespace Wandb.Agent.Tests.Cleanup;

public sealed class DirectoryRemovalTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("wandb-removal-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Named_files_and_directories_are_removed()
    {
        var run = Place("run/files/media/x.png", "run/r.wandb");
        Assert.Null(DirectoryRemoval.Remove(run, ["files/media/x.png", "r.wandb", "never-there"], ["files/media", "files"]));
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void What_came_in_the_meantime_stays()
    {
        var run = Place("run/files/new.txt", "run/r.wandb");
        Assert.Equal("files: directory not empty", DirectoryRemoval.Remove(run, ["r.wandb"], ["files"]));
        Assert.True(File.Exists(Path.Combine(run, "files", "new.txt")));
    }

    [Fact]
    public void Link_in_the_place_of_a_directory_is_not_followed()
    {
        var run = Place("run/r.wandb");
        Place("others/x.txt");
        Directory.CreateSymbolicLink(Path.Combine(run, "files"), Path.Combine(_root, "others"));
        Assert.NotNull(DirectoryRemoval.Remove(run, ["files/x.txt", "r.wandb"], ["files"]));
        Assert.True(File.Exists(Path.Combine(_root, "others", "x.txt")));

        Directory.CreateSymbolicLink(Path.Combine(_root, "alias"), Path.Combine(_root, "others"));
        Assert.NotNull(DirectoryRemoval.Remove(Path.Combine(_root, "alias"), ["x.txt"], []));
        Assert.True(File.Exists(Path.Combine(_root, "others", "x.txt")));
    }

    private string Place(params string[] files)
    {
        foreach (var file in files.Select(file => Path.Combine(_root, file)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "content");
        }
        return Path.Combine(_root, "run");
    }
}
