using Wandb.Agent.Credentials;
using Wandb.Agent.Tests.Commands;
using Xunit;

namespace Wandb.Agent.Tests.Credentials;

public sealed class KeyFileTests
{
    [Fact]
    public void Key_that_comes_late_and_changes_is_taken_as_it_is()
    {
        using var directory = new TestDirectory();
        var file = new KeyFile(directory.At("key"));
        Assert.Null(file.Key);
        Assert.EndsWith("cannot be read: no such file or directory; waiting for it", file.Problem, StringComparison.Ordinal);
        Assert.Null(file.Version);

        directory.AddFile("key", "\n");
        Assert.Null(file.Key);
        Assert.EndsWith("is empty", file.Problem, StringComparison.Ordinal);

        directory.AddFile("key", "two words");
        Assert.Null(file.Key);
        Assert.EndsWith("a key is one word without blanks", file.Problem, StringComparison.Ordinal);

        directory.AddFile("key", "first\n");
        Assert.Equal(Basic("first"), file.Key!.BasicCredential);
        Assert.Null(file.Problem);

        var version = file.Version;
        Assert.NotNull(version);
        Assert.Equal(version, file.Version);
        directory.AddFile("key", "second");
        Assert.NotEqual(version, file.Version);
        Assert.Equal(Basic("first"), file.Key!.BasicCredential);
        file.Refuse();
        Assert.Equal(Basic("second"), file.Key!.BasicCredential);
    }

    private static string Basic(string key) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("api:" + key));
}
