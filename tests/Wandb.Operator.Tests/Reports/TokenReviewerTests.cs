using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Reports;
using Wandb.Operator.Tests.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Reports;

/// <summary>Real tokens of the local cluster. Only the reviewer's own clock is a test's; it begins at the time of the cluster.</summary>
public sealed class TokenReviewerTests : IAsyncLifetime
{
    private const string Account = "/api/v1/namespaces/default/serviceaccounts";

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private OperatorCluster? _cluster;
    private TokenReviewer? _reviewer;
    private JsonElement _pod;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OperatorCluster Cluster => _cluster!;

    private string Uid => _pod.GetProperty("metadata").GetProperty("uid").GetString()!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await OperatorCluster.StartAsync();
        _reviewer = new TokenReviewer(Cluster.Api, _time);
        await Cluster.CreateAsync(Account, """{"metadata":{"name":"trainer"}}""");
        _pod = await Cluster.CreateAsync(OperatorCluster.Pods, """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"trainer","nodeSelector":{"no":"node"},"containers":[{"name":"c","image":"sandbox/host"}]}}""");
    }

    public async ValueTask DisposeAsync()
    {
        _reviewer!.Dispose();
        await Cluster.DisposeAsync();
    }

    [Fact]
    public async Task Token_of_a_pod_names_it() => Assert.Equal(new TokenOutcome.Accepted(new PodIdentity("default", "p", Uid)), await CheckAsync(await IssueAsync()));

    [Fact]
    public async Task Token_for_another_audience_is_refused()
    {
        Assert.IsType<TokenOutcome.Refused>(await CheckAsync(await IssueAsync(audience: "vault")));
        Assert.IsType<TokenOutcome.Refused>(await CheckAsync(await IssueAsync(audience: null)));
    }

    [Fact]
    public async Task Token_of_no_pod_may_be_anybodys() => Assert.IsType<TokenOutcome.NoPod>(await CheckAsync(await IssueAsync(pod: null)));

    [Fact]
    public async Task Token_of_another_pod_names_that_one_and_not_the_one_of_its_name()
    {
        await Cluster.CreateAsync(OperatorCluster.Pods, """{"metadata":{"name":"q"},"spec":{"serviceAccountName":"trainer","nodeSelector":{"no":"node"},"containers":[{"name":"c","image":"sandbox/host"}]}}""");

        var accepted = Assert.IsType<TokenOutcome.Accepted>(await CheckAsync(await IssueAsync(pod: "q")));

        Assert.Equal("q", accepted.Pod.Name);
        Assert.NotEqual(Uid, accepted.Pod.Uid);
    }

    [Fact]
    public async Task Token_of_a_pod_that_is_gone_is_refused()
    {
        var token = await IssueAsync();
        await Cluster.Api.SendAsync(new ApiRequest(HttpMethod.Delete, OperatorCluster.Pods + "/p?gracePeriodSeconds=0"), Token);
        await OperatorCluster.UntilAsync(async () => await Cluster.FindAsync(OperatorCluster.Pods + "/p") is null, "gone");

        Assert.IsType<TokenOutcome.Refused>(await CheckAsync(token));
    }

    [Fact]
    public async Task Token_whose_time_is_over_is_refused_also_when_it_was_good_before()
    {
        var token = await IssueAsync(seconds: 600);
        Assert.IsType<TokenOutcome.Accepted>(await CheckAsync(token));

        _time.Advance(TimeSpan.FromSeconds(601));

        Assert.IsType<TokenOutcome.Refused>(await CheckAsync(token));
    }

    [Fact]
    public async Task Token_that_the_API_server_calls_over_is_refused()
    {
        // Our own clock is behind.
        var token = await IssueAsync(seconds: -1);
        _time.SetUtcNow(_time.GetUtcNow().AddSeconds(60));
        using var behind = new TokenReviewer(Cluster.Api, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(-1)));

        Assert.IsType<TokenOutcome.Refused>(await behind.CheckAsync(token, Token));
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("a.W10.c")]
    [InlineData("a.e30.c")]
    [InlineData("no token")]
    [InlineData("")]
    public async Task Garbage_is_refused_and_costs_nothing(string token)
    {
        Cluster.Cluster.Faults.Delay = TimeSpan.FromHours(1);

        Assert.IsType<TokenOutcome.Refused>(await CheckAsync(token));
        Cluster.Cluster.Faults.Delay = TimeSpan.Zero;
    }

    [Fact]
    public async Task Token_that_only_looks_right_is_refused()
    {
        var parts = (await IssueAsync()).Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        claims["kubernetes.io"]!["pod"]!["uid"] = "another";
        parts[1] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()));

        Assert.IsType<TokenOutcome.Refused>(await CheckAsync(string.Join('.', parts)));
    }

    [Fact]
    public async Task One_token_is_asked_about_once_however_many_come_with_it()
    {
        var token = await IssueAsync();
        var before = Reviews();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => CheckAsync(token)));
        await CheckAsync(token);

        Assert.All(outcomes, outcome => Assert.IsType<TokenOutcome.Accepted>(outcome));
        Assert.Equal(before + 1, Reviews());
    }

    [Fact]
    public async Task Refusal_is_remembered_for_ten_seconds()
    {
        var parts = (await IssueAsync()).Split('.');
        var token = $"{parts[0]}.{parts[1]}.x";
        var before = Reviews();

        await CheckAsync(token);
        _time.Advance(TimeSpan.FromSeconds(9));
        await CheckAsync(token);
        Assert.Equal(before + 1, Reviews());
        _time.Advance(TimeSpan.FromSeconds(2));
        await CheckAsync(token);

        Assert.Equal(before + 2, Reviews());
    }

    [Fact]
    public async Task Without_an_answer_of_the_API_server_nothing_is_decided_and_nothing_remembered()
    {
        var token = await IssueAsync();
        Cluster.Cluster.Faults.Delay = TimeSpan.FromHours(1);
        var waiting = CheckAsync(token);

        // Once, and no further: a clock that runs on until somebody notices may run past the end of the token.
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.IsType<TokenOutcome.Unavailable>(await waiting);
        Cluster.Cluster.Faults.Delay = TimeSpan.Zero;

        Assert.IsType<TokenOutcome.Accepted>(await CheckAsync(token));
    }

    [Fact]
    public void Answers_are_bounded_and_the_oldest_gives_way()
    {
        var answers = new TokenAnswers(2);
        var now = _time.GetUtcNow();
        foreach (var hash in new[] { "a", "b", "c" })
            answers.Keep(hash, new TokenOutcome.NoPod(), now.AddSeconds(1));

        Assert.Equal(2, answers.Count);
        Assert.Null(answers.Find("a", now));
        Assert.NotNull(answers.Find("c", now));
        Assert.Null(answers.Find("c", now.AddSeconds(1)));
        Assert.Equal(1, answers.Count);
    }

    [Theory]
    [InlineData("""{"status":{"authenticated":true,"user":{"username":"system:serviceaccount:ns:a","extra":{"authentication.kubernetes.io/pod-name":["p"],"authentication.kubernetes.io/pod-uid":["u"]}}}}""", "Refused")]
    [InlineData("""{"status":{"authenticated":true,"audiences":["other"],"user":{}}}""", "Refused")]
    [InlineData("""{"status":{"authenticated":false,"audiences":["wandb-operator"]}}""", "Refused")]
    [InlineData("""{"status":{"error":"x"}}""", "Refused")]
    [InlineData("{}", "Refused")]
    [InlineData("""{"status":{"authenticated":true,"audiences":["wandb-operator"],"user":{"username":"jane"}}}""", "NoPod")]
    [InlineData("""{"status":{"authenticated":true,"audiences":["wandb-operator"],"user":{"username":"system:node:ns:a","extra":{"authentication.kubernetes.io/pod-name":["p"],"authentication.kubernetes.io/pod-uid":["u"]}}}}""", "NoPod")]
    [InlineData("""{"status":{"authenticated":true,"audiences":["wandb-operator"],"user":{"username":"system:serviceaccount:ns:a","extra":{"authentication.kubernetes.io/pod-name":["p"]}}}}""", "NoPod")]
    [InlineData("""{"status":{"authenticated":true,"audiences":["wandb-operator"],"user":{"username":"system:serviceaccount:ns:a","extra":{"authentication.kubernetes.io/pod-name":["p"],"authentication.kubernetes.io/pod-uid":["u"]}}}}""", "Accepted")]
    public void Only_a_review_for_our_audience_with_pod_and_uid_is_an_identity(string review, string expected) =>
        Assert.Equal(expected, TokenReviewAnswer.Read(JsonElement.Parse(review)).GetType().Name);

    private Task<TokenOutcome> CheckAsync(string token) => _reviewer!.CheckAsync(token, Token).AsTask();

    private async Task<string> IssueAsync(string? audience = "wandb-operator", string? pod = "p", int seconds = 3600)
    {
        var spec = new JsonObject { ["expirationSeconds"] = seconds };
        if (audience is not null)
            spec["audiences"] = new JsonArray(audience);
        if (pod is not null)
            spec["boundObjectRef"] = new JsonObject { ["kind"] = "Pod", ["apiVersion"] = "v1", ["name"] = pod };
        var request = await Cluster.CreateAsync($"{Account}/trainer/token", new JsonObject { ["spec"] = spec }.ToJsonString());
        return request.GetProperty("status").GetProperty("token").GetString()!;
    }

    private int Reviews() => Cluster.Requests.Count(request => request.Resource == "tokenreviews");
}
