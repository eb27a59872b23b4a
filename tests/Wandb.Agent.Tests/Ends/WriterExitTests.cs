using Wandb.Agent.Ends;
using Wandb.Agent.Tests.Commands;
using Xunit;

namespace Wandb.Agent.Tests.Ends;

public sealed class WriterExitTests
{
    [Theory]
    [InlineData("0", 0, "Completed")]
    [InlineData("137\n", 137, "Error")]
    [InlineData("{\"exitCode\":137,\"reason\":\"OOMKilled\"}", 137, "OOMKilled")]
    [InlineData("{\"exitCode\":0}", 0, "Completed")]
    public void File_tells_code_and_reason(string text, int code, string reason)
    {
        var exit = WriterExit.Parse(text, DateTimeOffset.UnixEpoch);

        Assert.Equal(new WriterExit(code, reason, DateTimeOffset.UnixEpoch), exit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("256")]
    [InlineData("-1")]
    [InlineData("{\"exitCode\":13")]
    [InlineData("{\"exitCode\":\"1\"}")]
    [InlineData("{\"exitCode\":300}")]
    [InlineData("[]")]
    [InlineData("done")]
    public void Text_that_is_no_whole_answer_tells_nothing(string text) => Assert.Null(WriterExit.Parse(text, DateTimeOffset.UnixEpoch));

    [Fact]
    public void File_counts_when_two_looks_see_the_same()
    {
        using var directory = new TestDirectory();
        var file = new WriterExitFile(directory.At("exit"));
        Assert.Equal((null, null), file.Look());

        directory.AddFile("exit", "1");
        Assert.Null(file.Look().Exit);
        directory.AddFile("exit", "137");
        Assert.Null(file.Look().Exit);

        Assert.Equal(137, file.Look().Exit!.Code);
    }

    [Fact]
    public void File_that_is_written_anew_with_the_same_text_counts_at_the_second_look()
    {
        using var directory = new TestDirectory();
        var path = directory.AddFile("exit", "1");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc));
        var file = new WriterExitFile(path);
        file.Look();
        Assert.Equal(1, file.Look().Exit!.Code);

        // The first piece of 137.
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 11, 24, 13, 0, 0, DateTimeKind.Utc));
        Assert.Null(file.Look().Exit);
        Assert.Equal(13, file.Look().Exit!.At.Hour);
    }

    [Fact]
    public void File_that_will_not_become_right_is_a_problem()
    {
        using var directory = new TestDirectory();
        var file = new WriterExitFile(directory.AddFile("exit", "all well"));
        file.Look();

        Assert.Contains("holds neither an exit code from 0 to 255", file.Look().Problem, StringComparison.Ordinal);
    }
}
