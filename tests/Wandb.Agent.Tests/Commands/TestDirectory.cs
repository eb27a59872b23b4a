namespace Wandb.Agent.Tests.Commands;

/// <summary>A directory of its own for one test, removed with everything in it.</summary>
internal sealed class TestDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("wandb-agent-test-").FullName;

    public string At(string relative) => System.IO.Path.Combine(Path, relative);

    public string AddFile(string relative, string text = "")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(relative))!);
        File.WriteAllText(At(relative), text);
        return At(relative);
    }

    public string AddDirectory(string relative) => Directory.CreateDirectory(At(relative)).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
