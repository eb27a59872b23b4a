using System.IO.Compression;
using System.Text;
using Wandb.Agent.Http;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Http;
using Xunit;

namespace Wandb.Agent.Tests.Streaming;

public sealed class StreamClientTests
{
    private static readonly RunPath Run = new("my team", "demo", "r1");
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"files":{"wandb-history.jsonl":{"offset":0,"content":["{}"]}}}""");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"stopped":false,"exitcode":null,"limits":{}}""", false)]
    [InlineData("""{"stopped":true}""", true)]
    [InlineData("""{"error":null,"errors":[],"limits":{}}""", false)]
    [InlineData("", false)]
    public async Task An_accepted_request_says_whether_to_stop(string answer, bool stop)
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json(answer));
        Assert.Equal(new StreamOutcome.Accepted(stop), await PostAsync(server, gzip: false));
        var request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/files/my%20team/demo/r1/file_stream"), (request.Method, request.Target));
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.Equal(Body, request.Body);
        Assert.Equal(Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), request.Header("Content-Length"));
    }

    [Fact]
    public async Task Gzip_is_sent_only_when_asked_for_and_the_same_on_every_try()
    {
        await using var server = await ScriptedServer.StartAsync(request => request.Number == 1 ? Reply.Empty(503) : Reply.Json("{}"));
        Assert.IsType<StreamOutcome.Accepted>(await PostAsync(server, gzip: true));
        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
        Assert.Equal("gzip", server.Requests[1].Header("Content-Encoding"));
        using var unpacked = new GZipStream(new MemoryStream(server.Requests[1].Body), CompressionMode.Decompress);
        var plain = new MemoryStream();
        await unpacked.CopyToAsync(plain, Ct);
        Assert.Equal(Body, plain.ToArray());
    }

    [Fact]
    public async Task A_status_that_is_no_success_is_a_rejection_with_the_servers_words()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json("""{"error":"run not found"}""", 404));
        Assert.Equal(new StreamOutcome.Rejected(404, "run not found"), await PostAsync(server, gzip: false));
    }

    [Fact]
    public async Task A_page_with_status_200_is_no_acknowledgement()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json("<html>sign in</html>"));
        Assert.IsType<StreamOutcome.Rejected>(await PostAsync(server, gzip: false));
    }

    [Theory]
    [InlineData("""{"error":"upstream timed out"}""")]
    [InlineData("""{"errors":[{"message":"upstream timed out"}]}""")]
    public async Task An_error_with_status_200_is_no_acknowledgement(string answer)
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json(answer));
        Assert.Equal(new StreamOutcome.Rejected(200, "upstream timed out"), await PostAsync(server, gzip: false));
    }

    [Fact]
    public async Task A_server_that_stays_away_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Empty() with { CutBefore = true });
        Assert.Equal(new StreamOutcome.GaveUp(5, "connection cut"), await PostAsync(server, gzip: false));
    }

    private static async Task<StreamOutcome> PostAsync(ScriptedServer server, bool gzip)
    {
        using var http = TestHttp.To(server);
        return await new StreamClient(http).PostAsync(Run, Body, gzip, Ct);
    }
}
