using System.Text.Json;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Tests.Http;
using Xunit;

namespace Wandb.Agent.Tests.GraphQL;

public sealed class UpsertBucketTests
{
    private const string Answer =
        """
        {"data":{"upsertBucket":{"inserted":true,"bucket":{"id":"UnVuOjE=","name":"r1","displayName":"brave-sun","sweepName":null,
         "historyLineCount":7,"project":{"name":"demo","entity":{"name":"team"}}}}}}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_every_variable_with_explicit_nulls_and_reads_the_resolved_run()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json(Answer));
        using var http = TestHttp.To(server);
        var outcome = await new GraphQLClient(http).SendAsync(
            UpsertBucket.Request(new UpsertBucketVariables { Name = "r1", Config = """{"lr":{"value":"é<"}}""", Tags = ["a", "b"] }), Ct);

        var expected = new UpsertedBucket("UnVuOjE=", new RunPath("team", "demo", "r1"), "brave-sun", null, 7, true);
        Assert.Equal(new ApiOutcome<UpsertedBucket>.Success(expected), outcome);
        var variables = Assert.Single(server.Requests).Variables;
        Assert.Equal(19, variables.EnumerateObject().Count());
        Assert.Equal(JsonValueKind.Null, variables.GetProperty("entity").ValueKind);
        Assert.Equal("""{"lr":{"value":"é<"}}""", variables.GetProperty("config").GetString());
        Assert.Equal(["a", "b"], variables.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
    }

    [Fact]
    public async Task Tries_a_conflict_again()
    {
        await using var server = await ScriptedServer.StartAsync(request => request.Number == 1 ? Reply.Empty(409) : Reply.Json(Answer));
        using var http = TestHttp.To(server);
        Assert.IsType<ApiOutcome<UpsertedBucket>.Success>(
            await new GraphQLClient(http).SendAsync(UpsertBucket.Request(new UpsertBucketVariables { Name = "r1" }), Ct));
    }
}
