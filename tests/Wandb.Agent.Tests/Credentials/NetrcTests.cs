using Wandb.Agent.Credentials;
using Xunit;

namespace Wandb.Agent.Tests.Credentials;

public sealed class NetrcTests
{
    [Theory]
    [InlineData("machine api.wandb.ai\n  login user\n  password KEY\n")]
    [InlineData("machine api.wandb.ai login user password KEY")]
    [InlineData("machine api.wandb.ai password KEY login user")]
    [InlineData("machine api.wandb.ai\r\n\tlogin user\r\n\tpassword KEY\r\n")]
    [InlineData("# keys\nmachine other password no\n# machine api.wandb.ai password no\nmachine API.wandb.ai login a account b password KEY")]
    [InlineData("machine api.wandb.ai login \"a b\" password \"KEY\"")]
    [InlineData("machine api.wandb.ai login user password KEY\nmachine api.wandb.ai login user password second")]
    [InlineData("macdef init\nmachine api.wandb.ai password no\n\nmachine api.wandb.ai password KEY")]
    [InlineData("machine api.wandb.ai login machine password KEY")]
    [InlineData("machine other password no default login user password KEY")]
    [InlineData("default password no machine api.wandb.ai password KEY")]
    public void The_password_of_the_host_is_the_key(string text) => Assert.Equal("KEY", Netrc.PasswordFor(text, ["api.wandb.ai"]));

    [Theory]
    [InlineData("")]
    [InlineData("machine")]
    [InlineData("machine api.wandb.ai")]
    [InlineData("machine api.wandb.ai login user password")]
    [InlineData("machine api.wandb.ai password \"\"")]
    [InlineData("machine other password no")]
    [InlineData("password no")]
    [InlineData("macdef init\nmachine api.wandb.ai password no")]
    [InlineData("# machine api.wandb.ai password no")]
    public void Without_an_entry_there_is_no_key(string text) => Assert.Null(Netrc.PasswordFor(text, ["api.wandb.ai"]));

    [Fact]
    public void A_password_may_hold_a_number_sign_quotes_and_escapes()
    {
        Assert.Equal("#1", Netrc.PasswordFor("machine h password #1", ["h"]));
        Assert.Equal("a \"b\"", Netrc.PasswordFor("machine h password \"a \\\"b\\\"\"", ["h"]));
    }

    [Fact]
    public void The_first_of_several_names_of_a_host_goes_before() =>
        Assert.Equal("with", Netrc.PasswordFor("machine h password without\nmachine h:80 password with", ["h:80", "h"]));
}
