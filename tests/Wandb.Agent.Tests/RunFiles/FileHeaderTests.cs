using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.RunFiles;

public sealed class FileHeaderTests
{
    [Theory]
    [InlineData("", FileHeaderStatus.Empty)]
    [InlineData("3a57", FileHeaderStatus.TooShort)]
    [InlineData("3a572642e1be", FileHeaderStatus.TooShort)]
    [InlineData("3a572642e1be00", FileHeaderStatus.Valid)]
    [InlineData("3a572642e1be00ff", FileHeaderStatus.Valid)]
    [InlineData("3a572643e1be00", FileHeaderStatus.WrongIdent)]
    [InlineData("50", FileHeaderStatus.WrongIdent)]
    [InlineData("3a572642bee100", FileHeaderStatus.WrongMagic)]
    [InlineData("3a572642be", FileHeaderStatus.WrongMagic)]
    [InlineData("3a572642e1be01", FileHeaderStatus.WrongVersion)]
    internal void First_bytes_tell_what_a_file_is(string hex, FileHeaderStatus status)
    {
        Assert.Equal(status, FileHeader.Check(Convert.FromHexString(hex)));
        Assert.NotEmpty(FileHeader.Describe(status));
    }
}
