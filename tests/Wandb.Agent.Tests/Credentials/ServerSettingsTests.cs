using System.Text;
using Wandb.Agent.Commands;
using Wandb.Agent.Credentials;
using Wandb.Agent.Http;
using Wandb.Agent.Tests.Commands;
using Xunit;

namespace Wandb.Agent.Tests.Credentials;

public sealed class ServerSettingsTests : IDisposable
{
    private readonly TestDirectory _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void The_server_is_the_option_then_the_variable_then_the_settings_file_then_the_public_one()
    {
        var sources = new ServerSources
        {
            BaseUrlOption = "https://option",
            BaseUrlVariable = "https://variable",
            Settings = new SourceFile(
                "settings", "[other]\nbase_url = https://no\n[default]\n# base_url = https://no\nentity = e\nbase_url = https://settings:8080/x\n"),
            KeyVariable = "k",
        };
        Assert.Equal("https://option/", Server(sources));
        Assert.Equal("https://variable/", Server(sources with { BaseUrlOption = null }));
        Assert.Equal("https://settings:8080/x", Server(sources with { BaseUrlOption = null, BaseUrlVariable = null }));
        Assert.Equal("https://api.wandb.ai/", Server(sources with { BaseUrlOption = null, BaseUrlVariable = null, Settings = null }));
    }

    [Fact]
    public void The_key_is_that_of_the_file_then_the_variable_then_netrc()
    {
        var sources = new ServerSources
        {
            BaseUrlOption = "https://host:8080",
            KeyFile = new SourceFile("key", "from-file\n"),
            KeyVariable = "from-variable",
            Netrc = [new SourceFile("~/.netrc", "machine elsewhere password no"), new SourceFile("~/_netrc", "machine host password from-netrc")],
        };
        Assert.Equal("api:from-file", Credential(sources));
        Assert.Equal("api:from-variable", Credential(sources with { KeyFile = null }));
        Assert.Equal("api:from-netrc", Credential(sources with { KeyFile = null, KeyVariable = null }));
        Assert.IsType<ServerSettings.NoKey>(ServerSettings.Decide(sources with { KeyFile = null, KeyVariable = null, Netrc = [] }));
    }

    [Theory]
    [InlineData("host")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://")]
    [InlineData("https://user:word@host")]
    [InlineData("https://wandb.ai")]
    [InlineData("http://api.wandb.ai")]
    public void A_base_url_that_cannot_be_meant_is_refused(string url) =>
        Assert.StartsWith("WANDB_BASE_URL ", Wrong(new ServerSources { BaseUrlVariable = url, KeyVariable = "k" }), StringComparison.Ordinal);

    [Fact]
    public void Settings_that_cannot_be_read_do_not_send_the_key_to_the_public_server()
    {
        var sources = new ServerSources { Settings = new SourceFile("settings", "", "permission denied"), KeyVariable = "k" };
        Assert.Equal("settings: permission denied; it may name the server (--base-url goes before it)", Wrong(sources));
        Assert.IsType<ServerSettings.Found>(ServerSettings.Decide(sources with { BaseUrlOption = "https://host" }));
    }

    [Fact]
    public void A_netrc_that_cannot_be_read_is_named_when_the_key_is_missing()
    {
        var sources = new ServerSources { Netrc = [new SourceFile("/home/u/.netrc", "", "permission denied")] };
        var missing = Assert.IsType<ServerSettings.NoKey>(ServerSettings.Decide(sources));
        Assert.Contains("(/home/u/.netrc: permission denied)", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_is_printed_shows_the_key() =>
        Assert.DoesNotContain("topsecret", $"{ServerSettings.Decide(new ServerSources { KeyVariable = "topsecret" })}", StringComparison.Ordinal);

    [Theory]
    [InlineData("topsecret word", "WANDB_API_KEY holds no API key")]
    public void A_key_of_several_words_is_refused_without_being_shown(string key, string problem)
    {
        var message = Wrong(new ServerSources { KeyVariable = key });
        Assert.StartsWith(problem, message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_looked_for_in_the_home_directory_of_the_environment()
    {
        _home.AddFile(".config/wandb/settings", "[default]\nbase_url: https://from-settings\n");
        _home.AddFile(".netrc", "machine a password first");
        _home.AddFile("_netrc", "machine a password second");
        var sources = Read(new() { ["HOME"] = _home.Path });
        Assert.Equal("https://from-settings", SettingsFile.Value(sources.Settings!.Text, "base_url"));
        Assert.Equal([_home.At(".netrc"), _home.At("_netrc")], sources.Netrc.Select(file => file.Path));
    }

    [Fact]
    public void The_variable_netrc_goes_before_the_home_directory()
    {
        _home.AddFile(".netrc", "machine a password first");
        _home.AddFile("other", "machine a password second");
        Assert.Equal([_home.At("other")], Read(new() { ["HOME"] = _home.Path, ["NETRC"] = "~/other" }).Netrc.Select(file => file.Path));
    }

    [Fact]
    public void Without_a_home_directory_nothing_is_read()
    {
        var sources = Read([]);
        Assert.Equal((null, 0), (sources.Settings, sources.Netrc.Count));
    }

    private static ServerSources Read(Dictionary<string, string?> environment) =>
        ServerSourcesReader.Read(null, null, new CommandContext { Output = TextWriter.Null, Error = TextWriter.Null, Environment = environment });

    private static string Wrong(ServerSources sources) => Assert.IsType<ServerSettings.Wrong>(ServerSettings.Decide(sources)).Message;

    private static string Server(ServerSources sources) => Found(sources).ToString();

    private static string Credential(ServerSources sources) => Encoding.UTF8.GetString(Convert.FromBase64String(Found(sources).Key!.BasicCredential));

    private static WandbServer Found(ServerSources sources) => Assert.IsType<ServerSettings.Found>(ServerSettings.Decide(sources)).Server;
}
