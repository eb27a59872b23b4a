using Wandb.Agent.Reports;
using Wandb.Agent.Tests.Commands;
using Wandb.Agent.Tests.Http;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Reports;

public sealed class OperatorClientTests
{
    private static readonly AgentReport Report = new()
    {
        AgentVersion = "1",
        SentAt = DateTimeOffset.UnixEpoch,
        State = AgentState.Following,
        Backend = new BackendReport { BaseUrl = new Uri("http://w"), State = BackendState.Unknown },
    };

    [Fact]
    public async Task Report_goes_with_the_token_as_it_is_now_and_the_answer_comes_back()
    {
        using var directory = new TestDirectory();
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json("""{"ended":[{"container":"t","reason":"Error","exitCode":3}],"attempt":2}"""));
        using var client = Client(server.Url, directory.AddFile("token", "one\n"));

        var (answer, problem) = await SendAsync(client);
        directory.AddFile("token", "two");
        await SendAsync(client);

        Assert.Equal(("", 2, 3), (problem, answer!.Attempt, answer.Ended[0].ExitCode));
        Assert.Equal(["Bearer one", "Bearer two"], server.Requests.Select(request => request.Header("Authorization")));
        Assert.Equal(("POST", "/v1/reports", "Following"), (server.Requests[0].Method, server.Requests[0].Target, server.Requests[0].Json.GetProperty("state").GetString()));
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"ended\":[null]}")]
    [InlineData("{\"ended\":[{\"container\":\"t\"}]}")]
    [InlineData("{\"ended\":7}")]
    public async Task Garbage_is_no_answer(string body)
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json(body));
        using var client = Client(server.Url, tokenFile: null);

        var (answer, problem) = await SendAsync(client);

        Assert.Null(answer);
        Assert.EndsWith("its answer is not what this agent understands", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_goes_wrong_is_told_in_words()
    {
        using var directory = new TestDirectory();
        var never = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(request =>
            request.Number == 1 ? Reply.Empty(503) : Reply.Empty() with { WaitFor = never.Task });
        using var client = Client(server.Url, tokenFile: null);
        using var impatient = Client(server.Url, tokenFile: null, seconds: 0.2);
        using var withoutToken = Client(server.Url, directory.At("token"));
        using var closed = Client(new Uri("http://127.0.0.1:1"), tokenFile: null);

        Assert.EndsWith("does not take reports: HTTP 503", (await SendAsync(client)).Problem, StringComparison.Ordinal);
        Assert.EndsWith("no answer within 0.2 s", (await SendAsync(impatient)).Problem, StringComparison.Ordinal);
        Assert.EndsWith("token, cannot be read: no such file or directory", (await SendAsync(withoutToken)).Problem, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1 does not take reports", (await SendAsync(closed)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, "1", 1)]
    [InlineData(503, "0", 0)]
    [InlineData(503, "60", null)]
    [InlineData(503, null, null)]
    [InlineData(429, "1", null)]
    public async Task Replica_that_is_not_the_right_one_says_when_to_ask_another(int status, string? retryAfter, int? seconds)
    {
        await using var server = await ScriptedServer.StartAsync(_ => retryAfter is null ? Reply.Empty(status) : Reply.Empty(status).With("Retry-After", retryAfter));
        using var client = Client(server.Url, tokenFile: null);

        Assert.Equal(seconds, (int?)(await SendAsync(client)).Again?.TotalSeconds);
    }

    private static OperatorClient Client(Uri server, string? tokenFile, double seconds = 30) =>
        new(new OperatorAddress(new Uri(server, "/v1/reports"), tokenFile, null), TimeProvider.System) { TryLimit = TimeSpan.FromSeconds(seconds) };

    private static Task<ReportOutcome> SendAsync(OperatorClient client) =>
        client.SendAsync(Report, TestContext.Current.CancellationToken);
}
