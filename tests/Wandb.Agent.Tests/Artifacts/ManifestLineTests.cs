using Wandb.Agent.Artifacts;
using Xunit;

namespace Wandb.Agent.Tests.Artifacts;

public sealed class ManifestLineTests
{
    [Fact]
    public void A_line_has_the_members_of_an_entry()
    {
        var entry = ManifestLine.Read(
            """{"path":"a/b","digest":"d","ref":"s3://x","size":7,"local_path":"/l","birthArtifactID":"b","skip_cache":true,"extra":{"etag":"e","n":[1]}}""")!;
        Assert.Equal(("a/b", "d", "s3://x", 7, "/l", "b", true), (entry.Path, entry.Digest, entry.Ref, entry.SizeBytes, entry.LocalPaths.Single(), entry.BirthArtifactId, entry.SkipCache));
        Assert.Equal([new("etag", "\"e\""), new("n", "[1]")], entry.Extra);
    }

    [Fact]
    public void Members_that_are_missing_empty_or_of_another_kind_count_as_unset()
    {
        var entry = ManifestLine.Read("""{"path":"p","digest":"","ref":"","size":"x","local_path":null,"skip_cache":1,"extra":[]}""")!;
        Assert.Equal((null, 0, null, false), (entry.Ref, entry.SizeBytes, entry.BirthArtifactId, entry.SkipCache));
        Assert.Empty(entry.LocalPaths);
        Assert.Empty(entry.Extra);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"path":"p"}""")]
    [InlineData("""{"path":"p","digest":"d" """)]
    public void A_line_without_path_and_digest_is_no_entry(string line) => Assert.Null(ManifestLine.Read(line));
}
