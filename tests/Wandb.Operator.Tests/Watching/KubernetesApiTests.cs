using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class KubernetesApiTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"kind":"X"}""");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_its_status_and_its_JSON()
    {
        await using var server = await ScriptedServer.StartAsync(context => ScriptedServer.AnswerAsync(context, 201, """{"a":1}"""));
        using var api = server.Api();

        var done = Assert.IsType<ApiOutcome.Done>(await api.PostAsync("/api/v1/x", Body, Token));

        Assert.Equal((201, 1), (done.StatusCode, done.Body.GetProperty("a").GetInt32()));
    }

    [Fact]
    public async Task Apply_sends_a_patch_with_our_name_and_our_credentials()
    {
        var seen = "";
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var http = context.Request;
            var body = await reader.ReadToEndAsync(Token);
            seen = $"{http.Method} {http.GetEncodedPathAndQuery()} {http.ContentType} {http.Headers.Authorization} {body}";
            await ScriptedServer.AnswerAsync(context, 200, "{}");
        });
        using var api = server.Api(path: "clusters/c-1");

        await api.ApplyAsync("/apis/g/v1/namespaces/n/things/t/status", Body, "wandb operator", force: true, Token);

        Assert.Equal(
            "PATCH /clusters/c-1/apis/g/v1/namespaces/n/things/t/status?fieldManager=wandb%20operator&force=true "
            + """application/apply-patch+yaml Bearer token-of-the-test {"kind":"X"}""",
            seen);
    }

    [Fact]
    public async Task A_refusal_tells_code_reason_message_and_when_to_come_again()
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "7";
            return ScriptedServer.AnswerAsync(context, 429, ScriptedServer.Status(HttpStatusCode.TooManyRequests, "TooManyRequests"));
        });
        using var api = server.Api();

        var refusal = Assert.IsType<ApiOutcome.Refused>(await api.GetAsync("/api", Token)).Refusal;

        Assert.Equal(new ApiRefusal(429, "TooManyRequests", "because of the test", TimeSpan.FromSeconds(7)), refusal);
        Assert.True(refusal.IsTransient);
    }

    [Fact]
    public async Task A_date_to_come_again_at_is_a_wait()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = time.GetUtcNow().AddSeconds(20).ToString("r", CultureInfo.InvariantCulture);
            return ScriptedServer.AnswerAsync(context, 503, "");
        });
        using var api = server.Api(time);

        Assert.Equal(TimeSpan.FromSeconds(20), Assert.IsType<ApiOutcome.Refused>(await api.GetAsync("/api", Token)).Refusal.RetryAfter);
    }

    [Fact]
    public async Task A_refusal_of_a_proxy_has_a_code_alone()
    {
        await using var server = await ScriptedServer.StartAsync(context => ScriptedServer.AnswerAsync(context, 502, "<html>"));
        using var api = server.Api();

        Assert.Equal(new ApiRefusal(502, "", "", null), Assert.IsType<ApiOutcome.Refused>(await api.GetAsync("/api", Token)).Refusal);
    }

    [Fact]
    public async Task Garbage_is_a_failure()
    {
        await using var server = await ScriptedServer.StartAsync(context => ScriptedServer.AnswerAsync(context, 200, "<html>"));
        using var api = server.Api();

        Assert.IsType<ApiOutcome.Failed>(await api.GetAsync("/api", Token));
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_a_failure()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{", Token);
            await context.Response.Body.FlushAsync(Token);
            context.Abort();
        });
        using var api = server.Api();

        Assert.IsType<ApiOutcome.Failed>(await api.GetAsync("/api", Token));
    }

    [Fact]
    public async Task No_server_is_a_failure()
    {
        var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask);
        using var api = server.Api();
        await server.DisposeAsync();

        Assert.IsType<ApiOutcome.Failed>(await api.GetAsync("/api", Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_does_not_come_to_an_end_is_given_up_after_100_seconds(bool hasBegun)
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (hasBegun)
                await context.Response.Body.FlushAsync(context.RequestAborted);
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var api = server.Api(time);

        var outcome = api.GetAsync("/api", Token);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(99));
        Assert.False(outcome.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("no answer within 100 s", Assert.IsType<ApiOutcome.Failed>(await outcome).Reason);
    }

    [Fact]
    public async Task A_caller_that_stops_is_told_by_an_exception()
    {
        using var stop = new CancellationTokenSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var api = server.Api();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => api.GetAsync("/api", stop.Token));
    }
}
