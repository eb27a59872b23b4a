using Wandb.Agent.Http;
using Xunit;

namespace Wandb.Agent.Tests.Http;

public sealed class WandbServerTests
{
    [Theory]
    [InlineData("https://api.wandb.ai", "https://api.wandb.ai/graphql")]
    [InlineData("https://host/prefix/", "https://host/prefix/graphql")]
    public void Endpoints_keep_the_prefix_of_the_base_url(string baseUrl, string expected) =>
        Assert.Equal(expected, Server(baseUrl).GraphQLUrl.AbsoluteUri);

    [Fact]
    public void Names_are_escaped_in_the_file_stream_url() =>
        Assert.Equal(
            "https://h/files/my%20team/a%3Fb%25/r%231/file_stream",
            Server("https://h").FileStreamUrl(new RunPath("my team", "a?b%", "r#1")).AbsoluteUri);

    [Theory]
    [InlineData("/storage/a%20b?sig=x", "http://h:8080/storage/a%20b?sig=x")]
    [InlineData("storage/a", "http://h:8080/w/storage/a")]
    [InlineData("https://bucket.s3/k%2De/y%2Fz?X-Sig=a%2Bb%7E", "https://bucket.s3/k%2De/y%2Fz?X-Sig=a%2Bb%7E")]
    [InlineData("http://other/with space", "http://other/with%20space")]
    public void Upload_urls_may_be_relative_and_keep_their_escapes(string url, string expected)
    {
        Assert.True(Server("http://h:8080/w").TryResolve(url, out var resolved));
        Assert.Equal(expected, resolved.AbsoluteUri);
    }

    [Theory]
    [InlineData("")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//other/path")]
    [InlineData("gs://bucket/key")]
    public void An_upload_url_of_another_kind_is_refused(string url) => Assert.False(Server("http://h").TryResolve(url, out _));

    [Theory]
    [InlineData("http://h", "http://h/x", true)]
    [InlineData("http://h", "https://H/x", true)]
    [InlineData("http://h", "http://h:81/x", false)]
    [InlineData("https://h", "http://h/x", false)]
    [InlineData("http://h:8080", "https://h/x", false)]
    [InlineData("https://h", "https://evil.h/x", false)]
    public void The_key_belongs_to_one_host(string baseUrl, string url, bool owns) => Assert.Equal(owns, Server(baseUrl).Owns(new Uri(url)));

    [Fact]
    public void The_key_never_prints_itself()
    {
        var key = new ApiKey(" " + TestHttp.Key + "\n");
        var server = new WandbServer(new Uri("https://user:secret@h/"), key);
        Assert.DoesNotContain(TestHttp.Key, $"{key} {server}", StringComparison.Ordinal);
        Assert.Equal("sent [key] and [key]", key.Redact($"sent {TestHttp.Key} and {key.BasicCredential}"));
    }

    private static WandbServer Server(string baseUrl) => new(new Uri(baseUrl), null);
}
