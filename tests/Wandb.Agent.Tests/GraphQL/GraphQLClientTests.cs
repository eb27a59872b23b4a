using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Tests.Http;
using Xunit;

namespace Wandb.Agent.Tests.GraphQL;

public sealed class GraphQLClientTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, RefusalKind.Unauthorized)]
    [InlineData(403, RefusalKind.Forbidden)]
    [InlineData(404, RefusalKind.NotFound)]
    [InlineData(400, RefusalKind.BadRequest)]
    [InlineData(422, RefusalKind.Other)]
    internal async Task A_refusal_says_which_and_in_the_servers_words(int status, RefusalKind kind)
    {
        var outcome = await SendAsync(Reply.Json("""{"errors":[{"message":"no such entity"}]}""", status));
        Assert.Equal(new ApiOutcome<UpsertedBucket>.Failed(new ApiFailure.Refused(kind, status, "no such entity")), outcome);
    }

    [Fact]
    public async Task Errors_with_status_200_are_a_refusal()
    {
        var outcome = await SendAsync(Reply.Json("""{"data":{"upsertBucket":null},"errors":[{"message":"denied"}]}"""));
        Assert.Equal(new ApiOutcome<UpsertedBucket>.Failed(new ApiFailure.Refused(RefusalKind.GraphQLErrors, 200, "denied")), outcome);
    }

    [Theory]
    [InlineData("<html>please sign in</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{"upsertBucket":{"bucket":{"id":"x"}}}}""")]
    [InlineData("""{"data":{"upsertBucket":[1]}}""")]
    public async Task An_answer_without_what_was_asked_for_is_no_success(string body)
    {
        var failed = Assert.IsType<ApiOutcome<UpsertedBucket>.Failed>(await SendAsync(Reply.Json(body)));
        Assert.Equal(RefusalKind.Other, Assert.IsType<ApiFailure.Refused>(failed.Cause).Kind);
    }

    [Fact]
    public async Task A_page_of_a_proxy_is_called_what_it_is()
    {
        var failed = Assert.IsType<ApiOutcome<UpsertedBucket>.Failed>(await SendAsync(Reply.Json("\n<!doctype html><html><TITLE> Sign\n in </TITLE>")));
        Assert.Equal(
            "the answer is a web page, \"Sign in\", not that of a W&B server: perhaps the login page of a proxy, or a wrong base URL", failed.Cause.Words);
        var refused = Assert.IsType<ApiOutcome<UpsertedBucket>.Failed>(await SendAsync(Reply.Json("<html><p>No.</p>", 403)));
        Assert.Equal("HTTP 403: a web page", refused.Cause.Words);
        Assert.Equal("HTTP 404", Assert.IsType<ApiOutcome<UpsertedBucket>.Failed>(await SendAsync(Reply.Empty(404))).Cause.Words);
    }

    [Fact]
    public async Task A_server_that_stays_broken_is_given_up()
    {
        var failed = Assert.IsType<ApiOutcome<UpsertedBucket>.Failed>(await SendAsync(Reply.Empty(500)));
        Assert.Equal(new ApiFailure.GaveUp(4, "HTTP 500"), failed.Cause);
    }

    private static async Task<ApiOutcome<UpsertedBucket>> SendAsync(Reply reply)
    {
        await using var server = await ScriptedServer.StartAsync(_ => reply);
        using var http = TestHttp.To(server);
        return await new GraphQLClient(http).SendAsync(UpsertBucket.Request(new UpsertBucketVariables { Name = "r" }), Ct);
    }
}
