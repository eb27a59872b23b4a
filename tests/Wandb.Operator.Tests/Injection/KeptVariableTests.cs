using Wandb.Operator.Injection;

namespace Wandb.Operator.Tests.Injection;

/// <summary>What is kept of the user's is told where everybody reads: in an Event, a warning of kubectl, a status.</summary>
public sealed class KeptVariableTests
{
    private static readonly Origin Run = new(OriginLayer.Run, "r");

    [Theory]
    [InlineData("WANDB_API_KEY")]
    [InlineData("WANDB_IDENTITY_TOKEN_FILE")]
    [InlineData("WANDB_HTTPS_PROXY")]
    [InlineData("WANDB_X_PROXIES")]
    [InlineData("WANDB_X_EXTRA_HTTP_HEADERS")]
    [InlineData("MY_PASSWORD")]
    [InlineData("client_secret")]
    public void Value_that_may_be_a_secret_is_not_quoted_nor_ours_in_its_place(string name)
    {
        var kept = new KeptVariable("c", name, "hunter2", new WantedVariable(name, new EnvValue.Text("swordfish"), Run));

        Assert.Equal($"container c has its own {name}, which is kept; WandbRun r names one, too", kept.ToProblem().Message);
        Assert.Null(kept.Shown);
    }

    [Fact]
    public void Key_under_another_name_than_ours_is_not_quoted()
    {
        var wanted = new WantedVariable("WANDB_AGENT_API_KEY_FILE", new EnvValue.Text("/key"), Origin.BuiltIn) { Aliases = ["WANDB_API_KEY"] };

        Assert.Equal("container c has its own WANDB_API_KEY, which is kept", new KeptVariable("c", "WANDB_API_KEY", "hunter2", wanted).ToProblem().Message);
    }

    [Theory]
    [InlineData("https://me:hunter2@wandb.corp/path", "https://***@wandb.corp/path")]
    [InlineData("https://me:hun/t@er2@wandb.corp", "https://***@wandb.corp")]
    [InlineData("https://wandb.corp", "https://wandb.corp")]
    [InlineData("me@corp", "me@corp")]
    public void Address_is_quoted_without_user_and_password(string value, string told)
    {
        var kept = new KeptVariable("c", "WANDB_BASE_URL", value, new WantedVariable("WANDB_BASE_URL", new EnvValue.Text("http://you:swordfish@other"), Run));

        Assert.Equal($"container c sets WANDB_BASE_URL='{told}', which is kept; WandbRun r says 'http://***@other'", kept.ToProblem().Message);
        Assert.Equal(told, kept.Shown);
    }
}
