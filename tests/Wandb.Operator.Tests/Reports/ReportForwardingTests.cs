using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Wandb.Contract;
using Wandb.Operator.Leadership;
using Wandb.Operator.Reports;
using Wandb.Operator.Serving;
using Wandb.Operator.Tests.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Reports;

/// <summary>Two replicas of the whole operator; the pod, its token and the review of it are the cluster's.</summary>
public sealed class ReportForwardingTests : IAsyncLifetime
{
    private const string Report = """
        {"agentVersion":"0.1.0","sentAt":"2026-03-01T10:00:00Z","state":"Following","backend":{"baseUrl":"http://w","state":"Reachable"},"runs":[]}
        """;

    private static readonly string TooLarge = new(' ', ReportEndpoint.MaxBodyBytes + 1);

    private OperatorCluster? _cluster;
    private OperatorServer? _leader;
    private OperatorServer? _other;
    private string _token = "";
    private string _uid = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OperatorCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await OperatorCluster.StartAsync();
        _leader = await StartAsync("leader");
        await OperatorCluster.UntilAsync(() => Task.FromResult(IsLeader(_leader)), "led");
        _other = await StartAsync("other");
        await OperatorCluster.UntilAsync(() => Task.FromResult(_other.Services.GetRequiredService<ILeaderAddress>().Leader is not null), "known");
        foreach (var server in new[] { _leader, _other })
            await OperatorCluster.UntilReadyAsync(server);
        await Cluster.CreateAsync("/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"trainer"}}""");
        var pod = await Cluster.CreateAsync(OperatorCluster.Pods, """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"trainer","nodeSelector":{"no":"node"},"containers":[{"name":"c","image":"sandbox/host"}]}}""");
        _uid = pod.GetProperty("metadata").GetProperty("uid").GetString()!;
        var request = await Cluster.CreateAsync(
            "/api/v1/namespaces/default/serviceaccounts/trainer/token",
            """{"spec":{"audiences":["wandb-operator"],"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"}}}""");
        _token = request.GetProperty("status").GetProperty("token").GetString()!;
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    [Fact]
    public async Task Report_at_another_replica_reaches_the_leader_and_is_answered_by_it()
    {
        using var response = await SendAsync(_other!, Report, _token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["ended"]);
        Assert.Equal(new PodIdentity("default", "p", _uid), _leader!.Services.GetRequiredService<ReportStore>().Find(_uid)!.Pod);
        Assert.Null(_other!.Services.GetRequiredService<ReportStore>().Find(_uid));
        // The leader alone has asked whose the token is.
        Assert.Single(Cluster.Requests, request => request.Resource == "tokenreviews");
    }

    [Fact]
    public async Task Each_replica_counts_what_came_of_the_reports_that_reached_it()
    {
        using var leader = new Outcomes(_leader!);
        using var other = new Outcomes(_other!);

        (await SendAsync(_other!, Report, _token)).Dispose();
        (await SendAsync(_leader!, Report, "a.b.c")).Dispose();
        (await SendAsync(_leader!, "{}", _token)).Dispose();
        (await SendAsync(_other!, Report, _token, isForwarded: true)).Dispose();

        // An answer is on its way before it is counted.
        await OperatorCluster.UntilAsync(() => Task.FromResult((leader.Count, other.Count) == (3, 2)), "counted");
        Assert.Equal(["foreign", "taken", "unreadable"], leader.Words);
        Assert.Equal(["passed", "unavailable"], other.Words);
    }

    [Theory]
    [InlineData("a.b.c", Report, HttpStatusCode.Unauthorized)]
    [InlineData(null, "{}", HttpStatusCode.BadRequest)]
    public async Task Refusal_of_the_leader_is_passed_back(string? token, string body, HttpStatusCode expected)
    {
        using var response = await SendAsync(_other!, body, token ?? _token);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Unauthorized, response.Headers.WwwAuthenticate.Count > 0);
    }

    /// <summary>It has to know: what a pod said before is not its last word.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Report_that_is_too_large_stays_where_it_came_and_the_leader_knows_whose_it_was(bool isLengthTold)
    {
        (await SendAsync(_other!, Report, _token)).Dispose();

        using var response = await SendAsync(_other!, TooLarge, _token, complete: request => request.Headers.TransferEncodingChunked = !isLengthTold);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        var store = _leader!.Services.GetRequiredService<ReportStore>();
        Assert.NotNull(store.RefusedAt(_uid));
        Assert.NotNull(store.Find(_uid));
        (await SendAsync(_other!, Report, _token)).EnsureSuccessStatusCode().Dispose();
        Assert.Null(store.RefusedAt(_uid));
    }

    [Fact]
    public async Task That_a_report_is_too_large_is_said_with_the_token_of_its_pod_or_not_at_all()
    {
        using var refused = await SendAsync(_leader!, "", "a.b.c", complete: IsTooLarge);
        using var foreign = await SendAsync(_other!, TooLarge, "a.b.c");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (refused.StatusCode, foreign.StatusCode));
        var store = _leader!.Services.GetRequiredService<ReportStore>();
        Assert.Null(store.RefusedAt(_uid));
        using var own = await SendAsync(_leader!, "", _token, complete: IsTooLarge);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, own.StatusCode);
        Assert.NotNull(store.RefusedAt(_uid));
        Assert.Null(_other!.Services.GetRequiredService<ReportStore>().RefusedAt(_uid));

        static void IsTooLarge(HttpRequestMessage request) => request.Headers.Add(ReportForwarding.TooLargeHeader, "1");
    }

    /// <summary>Agents send the whole of it at once, and a connection that is cut meanwhile tells them nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Agent_hears_why_its_report_is_not_taken(bool isAtLeader)
    {
        using var response = await SendAsync(
            isAtLeader ? _leader! : _other!, new string(' ', 8 * ReportEndpoint.MaxBodyBytes), _token, complete: static request => request.Headers.ExpectContinue = false);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Report_is_passed_on_once()
    {
        using var response = await SendAsync(_other!, Report, _token, isForwarded: true);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task While_the_leader_is_away_agents_are_asked_to_come_again()
    {
        // Gone without a word: the lease still names it.
        await _leader!.DisposeAsync();
        if (IsLeader(_other!))
            Assert.Skip("the other replica was quicker");

        using var response = await SendAsync(_other!, Report, _token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        // The next try may then come to another replica.
        Assert.True(response.Headers.ConnectionClose);
    }

    [Fact]
    public async Task After_a_change_of_the_leader_reports_go_to_the_new_one()
    {
        (await SendAsync(_other!, Report, _token)).Dispose();
        await Cluster.StopAsync(_leader!);
        await OperatorCluster.UntilAsync(() => Task.FromResult(IsLeader(_other!)), "led");
        var third = await StartAsync("third");
        await OperatorCluster.UntilReadyAsync(third);
        await OperatorCluster.UntilAsync(() => Task.FromResult(third.Services.GetRequiredService<ILeaderAddress>().Leader is not null), "known");

        using var response = await SendAsync(third, Report, _token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull(_other!.Services.GetRequiredService<ReportStore>().Find(_uid));
    }

    private static bool IsLeader(OperatorServer server) => server.Services.GetRequiredService<ILeadership>().IsLeader;

    private Task<OperatorServer> StartAsync(string name) =>
        Cluster.StartReplicaAsync(OperatorCluster.Options(name), services: services => services.AddSingleton<IReportingPods, EveryPod>());

    private async Task<HttpResponseMessage> SendAsync(OperatorServer server, string body, string token, bool isForwarded = false, Action<HttpRequestMessage>? complete = null)
    {
        using var client = OperatorCluster.ClientOf(OperatorCluster.EndPointOf(server), await Cluster.BundleAsync());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(AgentPaths.ReportPath, UriKind.Relative));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.ExpectContinue = true;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (isForwarded)
            request.Headers.Add(ReportForwarding.ForwardedHeader, "1");
        complete?.Invoke(request);
        return await client.SendAsync(request, Token);
    }

    /// <summary>What a replica counts from now on.</summary>
    private sealed class Outcomes : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<string> _words = [];

        public Outcomes(OperatorServer server)
        {
            var meters = server.Services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "wandb.operator.reports.received" && instrument.Meter.Scope == meters)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _words.Enqueue((string)tags[0].Value!));
            _listener.Start();
        }

        public int Count => _words.Count;

        public IEnumerable<string> Words => _words.Order(StringComparer.Ordinal);

        public void Dispose() => _listener.Dispose();
    }

    private sealed class EveryPod : IReportingPods
    {
        public ValueTask<bool> IsOursAsync(PodIdentity pod, CancellationToken ct) => new(true);

        public ValueTask<ReportAnswer?> AnswerForAsync(PodIdentity pod, CancellationToken ct) => ValueTask.FromResult<ReportAnswer?>(new());

        public void Reported(PodIdentity pod, ReportNews news)
        {
        }
    }
}
