using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Xunit;

namespace Wandb.Agent.Tests.Http;

public sealed class WandbHttpTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_the_key_and_says_who_it_is()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json("{}"));
        using var http = TestHttp.To(server);
        Assert.IsType<HttpOutcome.Answer>(await http.SendAsync(Call(http), Ct));
        var request = Assert.Single(server.Requests);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + TestHttp.Key)), request.Header("Authorization"));
        Assert.Equal("wandb-agent/1.2.3", request.Header("User-Agent"));
        Assert.Equal("gzip", request.Header("Accept-Encoding"));
    }

    [Fact]
    public async Task A_put_never_carries_the_key_even_to_the_same_host()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Empty());
        using var http = TestHttp.To(server);
        await http.SendAsync(Call(http, RequestKind.FilePut), Ct);
        Assert.Null(Assert.Single(server.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task Repeats_the_same_body_after_lost_answers_cut_connections_and_errors()
    {
        await using var server = await ScriptedServer.StartAsync(request => request.Number switch
        {
            1 => Reply.Empty() with { CutBefore = true },
            2 => Reply.Json("""{"long":"answer"}""") with { CutMidBody = true },
            3 => Reply.Json("""{"error":"busy"}""", 503),
            _ => Reply.Json("{}"),
        });
        var waits = new RecordedWaits();
        using var http = TestHttp.To(server, waits);
        Assert.IsType<HttpOutcome.Answer>(await http.SendAsync(Call(http), Ct));
        Assert.Equal(["body", "body", "body", "body"], server.Requests.Select(request => request.Text));
        Assert.Equal(["connection cut", "connection cut", "HTTP 503: busy"], waits.All.Select(wait => wait.Reason));
        Assert.Equal([1, 2, 3], waits.All.Select(wait => wait.Attempt));
    }

    [Fact]
    public async Task An_answer_that_only_claims_to_be_gzip_is_asked_for_again()
    {
        await using var server = await ScriptedServer.StartAsync(request =>
            request.Number == 1 ? Reply.Json("{}").With("Content-Encoding", "gzip") : Reply.Json("{}"));
        var waits = new RecordedWaits();
        using var http = TestHttp.To(server, waits);
        Assert.IsType<HttpOutcome.Answer>(await http.SendAsync(Call(http), Ct));
        Assert.Equal("the answer is not gzip, although it says so", Assert.Single(waits.All).Reason);
    }

    [Fact]
    public async Task Gives_up_after_the_last_try_and_says_why()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json("""{"error":"overloaded"}""", 502));
        using var http = TestHttp.To(server);
        Assert.Equal(new HttpOutcome.GaveUp(5, "HTTP 502: overloaded"), await http.SendAsync(Call(http), Ct));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task A_refusal_is_asked_once_and_its_message_has_no_key_in_it()
    {
        await using var server = await ScriptedServer.StartAsync(request => Reply.Json($$"""{"error":"bad {{request.Header("Authorization")}}"}""", 403));
        using var http = TestHttp.To(server);
        Assert.Equal(new HttpOutcome.Rejected(403, "bad Basic [key]"), await http.SendAsync(Call(http), Ct));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Waits_as_long_as_the_server_asks()
    {
        await using var server = await ScriptedServer.StartAsync(request =>
            request.Number == 1 ? Reply.Empty(429).With("Retry-After", "0.02") : Reply.Json("{}"));
        var waits = new RecordedWaits();
        using var http = TestHttp.To(server, waits);
        await http.SendAsync(Call(http), Ct);
        Assert.Equal(TimeSpan.FromMilliseconds(20), Assert.Single(waits.All).Delay);
    }

    [Fact]
    public async Task Server_that_asks_for_no_wait_gets_one_all_the_same()
    {
        await using var server = await ScriptedServer.StartAsync(request =>
            request.Number < 4 ? Reply.Empty(503).With("Retry-After", "0") : Reply.Json("{}"));
        var waits = new RecordedWaits();
        using var http = TestHttp.To(server, waits);
        Assert.IsType<HttpOutcome.Answer>(await http.SendAsync(Call(http), Ct));
        Assert.Equal([1, 1, 1], waits.All.Select(wait => wait.Delay.TotalMilliseconds));
    }

    [Fact]
    public async Task A_used_up_rate_limit_delays_the_next_request_of_its_kind_only()
    {
        await using var server = await ScriptedServer.StartAsync(_ =>
            Reply.Json("{}").With("RateLimit-Remaining", "0").With("RateLimit-Reset", "3"));
        var waits = new RecordedWaits();
        using var http = TestHttp.To(server, waits);
        await http.SendAsync(Call(http), Ct);
        await http.SendAsync(Call(http, RequestKind.FilePut), Ct);
        await http.SendAsync(Call(http, RequestKind.GraphQL), Ct);
        Assert.Empty(waits.All);
        await http.SendAsync(Call(http), Ct);
        Assert.Equal(0, Assert.Single(waits.All).Attempt);
    }

    [Fact]
    public async Task A_try_without_an_answer_ends_at_its_time_out()
    {
        var never = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(request =>
            request.Number == 1 ? Reply.Empty() with { WaitFor = never.Task } : Reply.Json("{}"));
        var waits = new RecordedWaits();
        using var http = TestHttp.To(server, waits, TestHttp.Fast with { FileStreamStall = TimeSpan.FromMilliseconds(100) });
        Assert.IsType<HttpOutcome.Answer>(await http.SendAsync(Call(http), Ct));
        Assert.Equal("no answer within 0.1 s", waits.All[0].Reason);
        never.SetResult();
    }

    [Theory]
    [InlineData(RequestKind.FileStream)]
    [InlineData(RequestKind.FilePut)]
    internal async Task Body_that_moves_has_all_the_time_it_needs(RequestKind kind)
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json("{}"));
        var time = new FakeTimeProvider();
        using var http = TestHttp.To(server, options: TestHttp.Fast with { FileStreamStall = TimeSpan.FromMinutes(3), FilePutStall = TimeSpan.FromMinutes(3) }, time: time);
        var call = new HttpCall(kind, "test", HttpMethod.Post, server.Url, onProgress => new SlowBody(onProgress, () => time.Advance(TimeSpan.FromMinutes(2))));
        Assert.IsType<HttpOutcome.Answer>(await http.SendAsync(call, Ct));
        Assert.Equal(SlowBody.Parts, Assert.Single(server.Requests).Text.Length);
    }

    [Fact]
    public async Task Cancelling_ends_a_long_wait_at_once()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Empty(503).With("Retry-After", "3600"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var waits = new RecordedWaits { OnWait = _ => stop.Cancel() };
        using var http = TestHttp.To(server, waits);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.SendAsync(Call(http), stop.Token));
    }

    [Fact]
    public async Task A_refused_connection_is_tried_again_and_named()
    {
        using var http = new WandbHttp(new WandbServer(ClosedPort(), null), TestHttp.Fast, TimeProvider.System, new RecordedWaits());
        Assert.Equal(new HttpOutcome.GaveUp(5, "connection refused"), await http.SendAsync(Call(http), Ct));
    }

    [Fact]
    public async Task A_store_of_another_host_is_named_when_it_cannot_be_reached()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Empty());
        var store = ClosedPort();
        using var http = TestHttp.To(server);
        var call = new HttpCall(RequestKind.FilePut, "upload of model.pt", HttpMethod.Put, new Uri(store, "bucket?signature=secret"), _ => new StringContent("body"));
        Assert.Equal(new HttpOutcome.GaveUp(3, $"connection refused at {store.Authority}"), await http.SendAsync(call, Ct));
    }

    [Fact]
    public async Task The_key_does_not_follow_a_redirect_to_another_host_but_the_body_does()
    {
        await using var other = await ScriptedServer.StartAsync(_ => Reply.Json("{}"));
        await using var server = await ScriptedServer.StartAsync(request => request.Target == "/moved"
            ? Reply.Empty(307).With("Location", other.Url + "there")
            : Reply.Empty(301).With("Location", "/moved"));
        using var http = TestHttp.To(server);
        Assert.IsType<HttpOutcome.Answer>(await http.SendAsync(Call(http), Ct));
        Assert.All(server.Requests, request => Assert.NotNull(request.Header("Authorization")));
        var redirected = Assert.Single(other.Requests);
        Assert.Equal(("POST", "/there", "body"), (redirected.Method, redirected.Target, redirected.Text));
        Assert.Null(redirected.Header("Authorization"));
    }

    [Fact]
    public async Task Redirects_without_end_are_refused()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Empty(302).With("Location", "/again"));
        using var http = TestHttp.To(server);
        Assert.Equal(
            new HttpOutcome.Rejected(302, $"the server redirects without end, at last to {server.Url}again"), await http.SendAsync(Call(http), Ct));
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task An_answer_beyond_the_bound_is_not_read()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(200, new byte[5000]));
        using var http = TestHttp.To(server, options: TestHttp.Fast with { MaxAnswerBytes = 4000 });
        Assert.IsType<HttpOutcome.Rejected>(await http.SendAsync(Call(http), Ct));
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_not_taken_for_a_network_problem()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Empty());
        using var http = TestHttp.To(server);
        var call = new HttpCall(RequestKind.FilePut, "test", HttpMethod.Put, server.Url, _ => new BrokenBody());
        Assert.Equal(new HttpOutcome.BodyUnavailable("file became shorter"), await http.SendAsync(call, Ct));
    }

    private static Uri ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }

    private static HttpCall Call(WandbHttp http, RequestKind kind = RequestKind.FileStream) =>
        new(kind, "test", HttpMethod.Post, http.Server.GraphQLUrl, _ => new StringContent("body"));

    /// <summary>Each part takes as long as the test says.</summary>
    private sealed class SlowBody(Action onProgress, Action pass) : HttpContent
    {
        internal const int Parts = 5;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var part = 0; part < Parts; part++)
            {
                pass();
                await stream.WriteAsync("x"u8.ToArray(), Ct);
                onProgress();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Parts;
            return true;
        }
    }

    private sealed class BrokenBody : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[10], Ct);
            throw new BodyUnavailableException("file became shorter");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 1000;
            return true;
        }
    }
}
