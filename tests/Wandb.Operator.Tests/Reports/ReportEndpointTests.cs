using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Wandb.Contract;
using Wandb.Operator.Leadership;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Reports;

public sealed class ReportEndpointTests : IAsyncLifetime, ITokenCheck, IReportingPods
{
    private const string Good = """
        {"agentVersion":"0.1.0","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},
         "runs":[{"id":"r1","file":"/x/run-r1.wandb","state":"Running","rowsRead":7}],"memberOfTheFuture":1}
        """;

    private static readonly string CapturedFolder = Path.Combine(AppContext.BaseDirectory, "Captured");
    private static readonly PodIdentity Pod = new("team-a", "train-0", "u0");
    private readonly ReportStore _store = new(ReportBudget.Of(0), new SoleLeader());
    private readonly FakeTimeProvider _time = new();
    private readonly List<PodIdentity> _reported = [];
    private readonly List<string> _checked = [];
    private WebApplication? _app;
    private HttpClient? _client;

    public static TheoryData<string> EarlierReports() =>
        new(Directory.GetFiles(CapturedFolder, "report*.json", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(CapturedFolder, path)));

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        new ReportEndpoint(this, this, _store, _time, NullLogger<ReportEndpoint>.Instance).Map(_app);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(address) };
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
    }

    ValueTask<TokenOutcome> ITokenCheck.CheckAsync(string token, CancellationToken ct)
    {
        _checked.Add(token);
        return ValueTask.FromResult<TokenOutcome>(token switch
        {
            "a.pod.0" => new TokenOutcome.Accepted(Pod),
            "a.pod.1" => new TokenOutcome.Accepted(Pod with { Name = "train-1", Uid = "u1" }),
            // A pod of the same name, made anew.
            "a.pod.2" => new TokenOutcome.Accepted(Pod with { Uid = "u2" }),
            "a.pod.4" => new TokenOutcome.Accepted(Pod with { Uid = "u4" }),
            "a.pod.3" => new TokenOutcome.Accepted(Pod with { Uid = "u3" }),
            "no.pod.token" => new TokenOutcome.NoPod(),
            "api.server.away" => new TokenOutcome.Unavailable("503"),
            _ => new TokenOutcome.Refused(),
        });
    }

    async ValueTask<bool> IReportingPods.IsOursAsync(PodIdentity pod, CancellationToken ct) => await ((IReportingPods)this).AnswerForAsync(pod, ct) is not null;

    ValueTask<ReportAnswer?> IReportingPods.AnswerForAsync(PodIdentity pod, CancellationToken ct) => pod.Uid switch
    {
        "u0" or "u1" => new(new ReportAnswer { Attempt = 2, Ended = [new ContainerEnd { Container = "main", ExitCode = 137, Reason = "OOMKilled" }] }),
        // Its report is here, and the API server has gone away meanwhile.
        "u4" when _store.Find("u4") is null => new(new ReportAnswer()),
        "u3" or "u4" => throw new ApiException("cannot read the pod", new ApiOutcome.Failed("no answer")),
        _ => new((ReportAnswer?)null),
    };

    void IReportingPods.Reported(PodIdentity pod, ReportNews news) => _reported.Add(pod);

    [Fact]
    public async Task Report_is_kept_and_answered_with_what_Kubernetes_knows()
    {
        using var response = await Send(Good, "a.pod.0");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync(ContractJson.Default.ReportAnswer, TestContext.Current.CancellationToken);
        Assert.Equal(("main", 137, "OOMKilled", 2), (answer!.Ended[0].Container, answer.Ended[0].ExitCode, answer.Ended[0].Reason, answer.Attempt));
        Assert.Equal([Pod], _reported);
        var kept = _store.Find("u0")!;
        Assert.Equal((Pod, 7, _time.GetUtcNow()), (kept.Pod, kept.Report.Runs.Single().RowsRead, kept.ReceivedAt));
    }

    [Theory]
    [MemberData(nameof(EarlierReports))]
    public async Task Report_of_an_earlier_version_becomes_a_status(string document)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(CapturedFolder, document), TestContext.Current.CancellationToken);

        using var response = await Send(text, "a.pod.0");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var said = JsonNode.Parse(text)!;
        var observation = new RunObservation
        {
            Spec = new WandbRunSpec(),
            Generation = 1,
            Now = _time.GetUtcNow(),
            Reports = [_store.Find("u0")!],
            Pods = [new PodObservation { Uid = "u0", Name = "train-0", IsInjected = true, CreatedAt = _time.GetUtcNow() }],
        };
        var status = RunStatusComputation.Of(observation);
        Assert.Equal(
            said["runs"]!.AsArray().Select(run => ((string)run!["id"]!, (string)run["state"]!, (long)run["rowsAcknowledged"]!, (int?)run["exitCode"], (string?)run["receiptDigest"])),
            status.Runs!.Select(run => (run.Id, run.State!, run.RowsAcknowledged!.Value, run.ExitCode, run.ReceiptDigest)).Reverse());
        var backend = (string)said["backend"]!["state"]!;
        Assert.Equal(backend == "Reachable" ? "Answers" : backend, status.Conditions!.Single(condition => condition.Type == ConditionTypes.BackendReachable).Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("a.b.c d")]
    [InlineData("wrong.audience.x")]
    public async Task Without_a_valid_token_nothing_is_taken(string? token)
    {
        using var response = await Send(Good, token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public async Task What_cannot_be_a_token_costs_the_API_server_nothing()
    {
        foreach (var token in new[] { null, "garbage", "a.b", new string('x', 17 << 10) + ".b.c" })
            (await Send(Good, token)).Dispose();

        Assert.Empty(_checked);
    }

    [Theory]
    [InlineData("a.pod.2")]
    [InlineData("no.pod.token")]
    public async Task Token_of_another_pod_is_forbidden(string token)
    {
        using var response = await Send(Good, token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(0, _store.Count);
        Assert.Empty(_reported);
    }

    [Fact]
    public async Task Pod_speaks_only_for_itself_whatever_its_report_says()
    {
        using var response = await Send(Good.Replace("{\"agentVersion\"", "{\"podUid\":\"u0\",\"pod\":\"train-0\",\"agentVersion\"", StringComparison.Ordinal), "a.pod.1");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(_store.Find("u0"));
        Assert.NotNull(_store.Find("u1"));
    }

    [Theory]
    [InlineData("api.server.away")]
    [InlineData("a.pod.3")]
    [InlineData("a.pod.4")]
    public async Task What_cannot_be_checked_now_is_worth_another_try(string token)
    {
        using var response = await Send(Good, token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("""{"agentVersion":null,"sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"}}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":null}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":99,"backend":{"baseUrl":"http://w","state":"Reachable"}}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[null]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"","file":"f","state":"Running"}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"r","file":"f","state":"Running","url":"a/b"}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"r","file":"f","state":"Running","rowsRead":-1}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"r","file":"f","state":"Running","bytesRead":9223372036854775807}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"r","file":"f","state":"Running","lagSeconds":1e300}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"w","state":"Reachable"}}""")]
    [InlineData("""{"agentVersion":"\ud83d","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"}}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"\ud83d","backend":{"baseUrl":"http://w","state":"Reachable"}}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"\ud83d","file":"f","state":"Running"}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"r","file":"f","state":"\udc00"}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"r","file":"f","state":"Running","summary":{"\ud83d":1}}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"r","file":"f","state":"Running","startedAt":"yesterday"}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"r","file":"f","state":"Running","startedAt":"0001-01-01T00:00:00+14:00"}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"r","file":"f","state":"Running","exitCode":2147483648}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[{"id":"r","file":"f","state":"Running","lastStep":1.5}]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":{"id":"r"}}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"problems":[null]}""")]
    [InlineData("""{"agentVersion":"1","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"","state":"Reachable"}}""")]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[""")]
    public async Task What_is_no_report_is_a_bad_request(string body)
    {
        using var response = await Send(body, "a.pod.0");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_a_bad_request()
    {
        var body = Encoding.UTF8.GetBytes(Good);
        body[Good.IndexOf("0.1.0", StringComparison.Ordinal)] = 0xFF;

        using var response = await Send(new ByteArrayContent(body), "a.pod.0");

        Assert.Equal((HttpStatusCode.BadRequest, 0), (response.StatusCode, _store.Count));
    }

    [Fact]
    public async Task Words_of_a_later_version_claim_nothing()
    {
        using var response = await Send(Good.Replace("Running", "Teleported", StringComparison.Ordinal).Replace("Reachable", "Wonderful", StringComparison.Ordinal), "a.pod.0");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var report = _store.Find("u0")!.Report;
        Assert.Equal((ReportedRunState.Pending, BackendState.Unknown), (report.Runs.Single().State, report.Backend.State));
    }

    [Fact]
    public async Task Report_without_end_is_cut()
    {
        using var response = await Send("{\"agentVersion\":\"" + new string('x', ReportEndpoint.MaxBodyBytes) + "\"}", "a.pod.0");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(_time.GetUtcNow(), _store.RefusedAt("u0"));
        Assert.Equal([Pod], _reported);
    }

    /// <summary>Values of a few bytes, of which each becomes an object.</summary>
    [Fact]
    public async Task Report_that_weighs_too_much_is_not_kept_and_its_pod_is_known_for_it()
    {
        (await Send(Good, "a.pod.0")).EnsureSuccessStatusCode().Dispose();
        var heavy = Good.Replace("\"rowsRead\"", $"\"summary\":{{{string.Join(',', Enumerable.Range(0, 50_000).Select(index => $"\"{index}\":1"))}}},\"rowsRead\"", StringComparison.Ordinal);
        Assert.InRange(heavy.Length, 1, ReportEndpoint.MaxBodyBytes);

        using var refused = await Send(heavy, "a.pod.0");
        using var again = await Send(heavy, "a.pod.0");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Equal((_time.GetUtcNow(), 7), (_store.RefusedAt("u0"), _store.Find("u0")!.Report.Runs.Single().RowsRead));
        Assert.Equal([Pod, Pod], _reported);
        (await Send(Good, "a.pod.0")).EnsureSuccessStatusCode().Dispose();
        Assert.Null(_store.RefusedAt("u0"));
    }

    [Fact]
    public async Task Pod_that_reports_too_often_has_to_wait_and_harms_no_other()
    {
        for (var i = 0; i < ReportAllowance.Most; i++)
            (await Send(Good, "a.pod.0")).EnsureSuccessStatusCode().Dispose();

        using var refused = await Send(Good, "a.pod.0");
        using var other = await Send(Good, "a.pod.1");
        _time.Advance(refused.Headers.RetryAfter!.Delta!.Value);
        using var later = await Send(Good, "a.pod.0");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task Other_methods_are_not_answered()
    {
        using var response = await _client!.GetAsync(new Uri(AgentPaths.ReportPath, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    private Task<HttpResponseMessage> Send(string body, string? token) => Send(new StringContent(body, Encoding.UTF8, "application/json"), token);

    private async Task<HttpResponseMessage> Send(HttpContent content, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(AgentPaths.ReportPath, UriKind.Relative));
        request.Content = content;
        // Otherwise the client may still be sending when the server has answered and closed.
        request.Headers.ExpectContinue = true;
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _client!.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
