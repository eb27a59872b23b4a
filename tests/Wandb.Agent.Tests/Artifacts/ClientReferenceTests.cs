using Wandb.Agent.Artifacts;
using Xunit;

namespace Wandb.Agent.Tests.Artifacts;

public sealed class ClientReferenceTests
{
    [Theory]
    [InlineData("wandb-client-artifact://abc/media/x.json", "abc", "media/x.json")]
    [InlineData("wandb-client-artifact://abc/a%20b", "abc", "a b")]
    [InlineData("wandb-client-artifact://abc", "abc", "")]
    public void A_reference_names_an_artifact_of_the_trainer_and_a_path(string reference, string id, string path) =>
        Assert.Equal(new ClientReference(id, path), ClientReference.From(reference));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("s3://bucket/key")]
    [InlineData("wandb-artifact://41/x")]
    public void Other_references_stay_as_they_are(string? reference) => Assert.Null(ClientReference.From(reference));

    [Fact]
    public void It_is_resolved_to_the_bytes_behind_the_servers_id()
    {
        var reference = new ClientReference("abc", "x.json");
        Assert.Equal("wandb-artifact://41727469666163743a31/x.json", reference.Resolve("QXJ0aWZhY3Q6MQ=="));
        Assert.Null(reference.Resolve("no base64!"));
    }
}
