using System.Net;
using Microsoft.Extensions.Time.Testing;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;

namespace Wandb.Sandbox.Tests.Backend;

public sealed class FaultTests : IAsyncLifetime
{
    private const string Line = """{"files":{"wandb-history.jsonl":{"offset":0,"content":["{}"]}}}""";
    private readonly FakeTimeProvider time = new();
    private LocalBackend backend = null!;
    private BackendClient client = null!;

    public async ValueTask InitializeAsync()
    {
        backend = await LocalBackend.StartAsync(new LocalBackendOptions { Time = time }, BackendClient.Token);
        client = new BackendClient(backend);
        await client.CreateRunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await backend.DisposeAsync();
    }

    [Fact]
    public async Task A_status_is_answered_without_touching_the_state()
    {
        Set(new FaultAction.Status(503, RetryAfterSeconds: 1.5, Headers: new Dictionary<string, string> { ["X-Why"] = "test" }, Body: "no"));

        var response = await client.StreamAsync(Line);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("1.5", response.Headers.GetValues("Retry-After").Single());
        Assert.Equal("test", response.Headers.GetValues("X-Why").Single());
        Assert.Equal("no", await response.Content.ReadAsStringAsync(BackendClient.Token));
        Assert.Equal(0, Rows());
        Assert.Equal((503, "status"), (backend.Trace[^1].Status, backend.Trace[^1].Fault));
    }

    [Fact]
    public async Task A_status_after_applying_changes_the_state_although_it_says_no()
    {
        Set(new FaultAction.Status(502, Apply: true));

        Assert.Equal(HttpStatusCode.BadGateway, (await client.StreamAsync(Line)).StatusCode);
        Assert.Equal(1, Rows());
    }

    [Fact]
    public async Task Dropped_before_means_no_answer_and_no_change()
    {
        Set(new FaultAction.DropBefore());

        await Assert.ThrowsAsync<HttpRequestException>(() => client.StreamAsync(Line));
        Assert.Equal(0, Rows());
        Assert.Equal(HttpStatusCode.OK, (await client.StreamAsync(Line)).StatusCode);
    }

    [Fact]
    public async Task Dropped_after_means_no_answer_but_a_change()
    {
        Set(new FaultAction.DropAfter());

        await Assert.ThrowsAsync<HttpRequestException>(() => client.StreamAsync(Line));
        Assert.Equal(1, Rows());
    }

    [Fact]
    public async Task A_cut_request_never_arrives()
    {
        Set(new FaultAction.CutRequest());

        await Assert.ThrowsAsync<HttpRequestException>(() => client.StreamAsync(Line.Replace("{}", "{}" + new string(' ', 5_000_000), StringComparison.Ordinal)));
        Assert.Equal(0, Rows());
        Assert.Equal("cut_request", backend.Trace[^1].Fault);
    }

    [Fact]
    public async Task Half_an_answer_arrives_when_the_connection_closes_mid_body()
    {
        Set(new FaultAction.CloseMidBody());

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.StreamAsync(Line));

        Assert.Equal(HttpRequestError.ResponseEnded, Assert.IsType<HttpIOException>(error.InnerException).HttpRequestError);
        Assert.Equal(1, Rows());
    }

    [Fact]
    public async Task A_delay_ends_with_the_clock()
    {
        Set(new FaultAction.Delay(TimeSpan.FromSeconds(30)));

        var request = client.StreamAsync(Line);
        while (!request.IsCompleted)
        {
            // The request reaches the delay at a time of its own; the clock is pushed until it has.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(HttpStatusCode.OK, (await request).StatusCode);
        Assert.True(time.GetUtcNow() - time.Start >= TimeSpan.FromSeconds(30));
        Assert.Equal(1, Rows());
    }

    [Fact]
    public async Task Darkness_closes_every_connection_until_it_is_over()
    {
        Set(new FaultAction.Dark(TimeSpan.FromSeconds(10)));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.StreamAsync(Line));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GraphQLAsync("{ viewer { id } }"));
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(HttpStatusCode.OK, (await client.StreamAsync(Line)).StatusCode);
    }

    [Fact]
    public async Task A_graphql_error_is_a_200_without_effect()
    {
        backend.Faults.Set([new FaultRule("graphql:UpsertBucket", new FaultAction.GraphQLError("not today"))]);

        var response = await client.GraphQLRawAsync("mutation { upsertBucket(input: {name: \"r2\"}) { inserted } }");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("not today", (await BackendClient.ReadAsync(response))["errors"]![0]!["message"]!.GetValue<string>());
        Assert.Single(backend.State()["runs"]!.AsArray());
    }

    [Fact]
    public async Task Skip_and_count_choose_which_requests_are_hit()
    {
        backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(500)) { Skip = 1, Count = 2 }]);

        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            await client.GraphQLAsync("{ viewer { id } }");
            statuses.Add((int)(await client.StreamAsync(Line)).StatusCode);
        }

        Assert.Equal([200, 500, 500, 200, 200], statuses);
        Assert.Equal(2, backend.State()["fault_hits"]!.GetValue<int>());
    }

    [Fact]
    public void The_same_seed_throws_the_same_dice()
    {
        static string Throws(int seed)
        {
            var set = new FaultSet(TimeProvider.System, seed);
            set.Set([new FaultRule("*", new FaultAction.DropAfter()) { Probability = 0.5, Count = null }]);
            return string.Concat(Enumerable.Range(0, 64).Select(_ => set.Next("put", beforeBody: false) is null ? '.' : 'X'));
        }

        Assert.Equal(Throws(1), Throws(1));
        Assert.NotEqual(Throws(1), Throws(2));
        Assert.Contains('X', Throws(1));
        Assert.Contains('.', Throws(1));
    }

    [Theory]
    [InlineData("graphql", "graphql:UpsertBucket", true)]
    [InlineData("graphql:UpsertBucket", "graphql:UpsertBucket", true)]
    [InlineData("graphql:Upsert", "graphql:UpsertBucket", false)]
    [InlineData("graph", "graphql", false)]
    [InlineData("put", "filestream", false)]
    [InlineData("*", "filestream", true)]
    public void A_rule_names_a_kind_or_one_operation(string rule, string kind, bool matches)
    {
        Assert.Equal(matches, new FaultRule(rule, new FaultAction.DropAfter()).Matches(kind, []));
    }

    [Fact]
    public async Task Rules_can_be_set_over_http()
    {
        var set = await client.SendAsync(HttpMethod.Post, "_sandbox/faults", BackendClient.Json(
            """{"rules":[{"kind":"filestream","action":"status","status":429,"retry_after":2},{"kind":"put","action":"dark","seconds":3,"probability":0.25}]}"""), withKey: false);

        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        Assert.Equal("2", (await client.StreamAsync(Line)).Headers.GetValues("Retry-After").Single());
        var rules = (await BackendClient.ReadAsync(await client.SendAsync(HttpMethod.Get, "_sandbox/faults", null, withKey: false)))["rules"]!;
        Assert.Equal(1, rules[0]!["hits"]!.GetValue<int>());
        Assert.Null(rules[1]!["count"]);
        Assert.Equal(3, rules[1]!["seconds"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("""{"rules":[{"kind":"put","action":"explode"}]}""")]
    [InlineData("""{"rule":[]}""")]
    [InlineData("nonsense")]
    public async Task Rules_that_make_no_sense_are_refused(string body)
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync(HttpMethod.Post, "_sandbox/faults", BackendClient.Json(body), withKey: false)).StatusCode);
    }

    private void Set(FaultAction action) => backend.Faults.Set([new FaultRule("filestream", action)]);

    private int Rows() => client.State()["history"]!.AsArray().Count;
}
