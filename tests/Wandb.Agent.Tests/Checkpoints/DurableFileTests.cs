using Wandb.Agent.Checkpoints;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Checkpoints;

public sealed class DurableFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Steps() => [.. AllSteps()];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Crash_at_any_step_leaves_the_old_or_the_new_content_whole_and_the_next_write_works(string crashAt)
    {
        var path = folder.Write("state.json", "old");
        Assert.Throws<CrashException>(() => new DurableFile(step => Crash(step, crashAt)).Replace(path, "new content"));
        Assert.Equal(crashAt == "renamed" ? "new content" : "old", File.ReadAllText(path));
        DurableFile.Plain.Replace(path, "third");
        Assert.Equal("third", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Crash_at_any_step_of_the_first_write_leaves_nothing_or_all_of_it(string crashAt)
    {
        Assert.Throws<CrashException>(() => new DurableFile(step => Crash(step, crashAt)).Replace(folder["new.json"], "content"));
        Assert.Equal(crashAt == "renamed", File.Exists(folder["new.json"]));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("flush")]
    [InlineData("rename")]
    public void Disk_error_removes_the_temporary_file_and_leaves_the_old_one(string failAt)
    {
        var path = folder.Write("state.json", "old");
        Assert.Throws<IOException>(() => new DurableFile(step =>
        {
            if (step == failAt)
                throw new IOException("No space left on device");
        }).Replace(path, "new"));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Place_that_is_taken_by_a_folder_fails_without_leaving_a_file_behind()
    {
        Directory.CreateDirectory(folder["taken"]);
        var failure = Assert.ThrowsAny<Exception>(() => DurableFile.Plain.Replace(folder["taken"], "x"));
        Assert.True(failure is IOException or UnauthorizedAccessException);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    public void Dispose() => folder.Dispose();

    private static List<string> AllSteps()
    {
        using var folder = new TemporaryFolder();
        var steps = new List<string>();
        new DurableFile(steps.Add).Replace(folder["probe"], "x");
        return steps;
    }

    private static void Crash(string step, string at)
    {
        if (step == at)
            throw new CrashException();
    }

    private sealed class CrashException : Exception;
}
