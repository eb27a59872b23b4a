using Wandb.Agent.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Uploads;

public sealed class RunFilePathTests
{
    [Theory]
    [InlineData("a.txt", false, "a.txt")]
    [InlineData("media/images/x.png", false, "media/images/x.png")]
    [InlineData("./a//b/../c", false, "a/c")]
    [InlineData("..hidden/a..b", false, "..hidden/a..b")]
    [InlineData("""media\images\x.png""", true, "media/images/x.png")]
    [InlineData("""odd\name""", false, """odd\name""")]
    public void A_path_below_the_folder_is_normalised(string path, bool windows, string expected)
    {
        Assert.Null(RunFilePath.Check(path, windows, out var normalised));
        Assert.Equal(expected, normalised);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("a/..", false)]
    [InlineData("../secret", false)]
    [InlineData("a/../../secret", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("a\0b", false)]
    [InlineData("""C:\secret""", true)]
    [InlineData("""..\secret""", true)]
    [InlineData("""\\host\share""", true)]
    public void A_path_that_leads_elsewhere_is_refused(string path, bool windows)
    {
        Assert.NotNull(RunFilePath.Check(path, windows, out var normalised));
        Assert.Empty(normalised);
    }
}
