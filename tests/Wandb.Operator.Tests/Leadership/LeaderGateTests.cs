using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Leadership;
using Wandb.Operator.Serving;
using Wandb.Operator.Tests.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Leadership;

/// <summary>Gates over one cluster. Their clock stands still but for what a test advances.</summary>
public sealed class LeaderGateTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<Replica> _replicas = [];
    private OperatorCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OperatorCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await OperatorCluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    [Fact]
    public async Task First_one_leads_and_the_others_know_where()
    {
        var a = await StartAsync("a", 1001);
        await LeadsAsync(a);
        var b = await StartAsync("b", 1002);

        await UntilAsync(() => b.Gate.Leader is not null, "known");

        Assert.False(b.Gate.IsLeader);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 1001), b.Gate.Leader);
        Assert.Null(a.Gate.Leader);
    }

    [Fact]
    public async Task Leader_that_ends_gives_the_lease_to_the_next_at_once()
    {
        var a = await StartAsync("a", 1001);
        var leading = await LeadsAsync(a);
        var b = await StartAsync("b", 1002);
        await UntilAsync(() => b.Gate.Leader is not null, "known");

        a.Draining.Begin();
        await a.Gate.ExecuteTask!;
        Assert.True(leading.IsCancellationRequested);
        Assert.Equal("", (await LeaseAsync()).Holder);

        // Not the 15 s of a lease that runs out.
        _time.Advance(TimeSpan.FromSeconds(3));
        await LeadsAsync(b);
        Assert.Null(b.Gate.Leader);
        Assert.Equal(1, (await LeaseAsync()).Transitions);
    }

    [Fact]
    public async Task Leader_that_vanishes_is_followed_after_its_lease()
    {
        var a = await StartAsync("a", 1001);
        await LeadsAsync(a);
        var b = await StartAsync("b", 1002);
        await UntilAsync(() => b.Gate.Leader is not null, "known");
        a.Api.Dispose();

        await AdvanceUntilAsync(() => b.Gate.IsLeader, "taken over");

        Assert.False(a.Gate.IsLeader);
        Assert.Equal("b", (await LeaseAsync()).Holder);
    }

    [Fact]
    public async Task What_is_led_ends_at_the_deadline_when_nothing_can_be_renewed()
    {
        var a = await StartAsync("a", 1001);
        // The clock stands still meanwhile: the deadline counts from when the first request began.
        await OperatorCluster.UntilAsync(() => Task.FromResult(a.Gate.IsLeader), "leading");
        var leading = await a.Gate.WaitForLeadershipAsync(Token);
        // Requests hang: the API server is there and says nothing.
        Cluster.Cluster.Faults.Delay = TimeSpan.FromHours(1);

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(leading.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(leading.IsCancellationRequested);
        Assert.False(a.Gate.IsLeader);
        Cluster.Cluster.Faults.Delay = TimeSpan.Zero;
    }

    [Fact]
    public async Task Gate_goes_on_when_the_server_refuses_for_a_while()
    {
        var a = await StartAsync("a", 1001);
        var first = await LeadsAsync(a);
        var term = a.Gate.Term;
        Cluster.Cluster.Faults.RefuseWrites(TimeSpan.FromHours(1));
        await AdvanceUntilAsync(() => !a.Gate.IsLeader, "lost");
        var waiting = a.Gate.WaitForLeadershipAsync(Token).AsTask();
        Assert.False(waiting.IsCompleted);

        Cluster.Cluster.Faults.RefuseWrites(TimeSpan.Zero);
        await AdvanceUntilAsync(() => a.Gate.IsLeader, "leading again");

        Assert.True(first.IsCancellationRequested);
        Assert.False((await waiting).IsCancellationRequested);
        Assert.Equal(0, (await LeaseAsync()).Transitions);
        // Nobody else has led: what is remembered is right still.
        Assert.Equal(term, a.Gate.Term);
    }

    [Fact]
    public async Task Term_is_another_one_when_another_replica_has_led_in_between()
    {
        var a = await StartAsync("a", 1001);
        await LeadsAsync(a);
        var term = a.Gate.Term;

        await OperatorCluster.UntilAsync(IsTakenByAnotherAsync, "taken");
        await UntilAsync(() => !a.Gate.IsLeader, "lost");
        Assert.Equal(term, a.Gate.Term);
        await UntilAsync(() => a.Gate.IsLeader, "led again");

        Assert.NotEqual(term, a.Gate.Term);
    }

    [Fact]
    public async Task One_that_never_led_ends_without_touching_the_lease()
    {
        var a = await StartAsync("a", 1001);
        await LeadsAsync(a);
        var b = await StartAsync("b", 1002);
        await UntilAsync(() => b.Gate.Leader is not null, "known");

        b.Draining.Begin();
        await b.Gate.ExecuteTask!;

        Assert.Equal("a", (await LeaseAsync()).Holder);
        Assert.True(a.Gate.IsLeader);
    }

    [Fact]
    public async Task One_that_never_reached_the_server_ends_all_the_same()
    {
        Cluster.Cluster.Faults.Delay = TimeSpan.FromHours(1);
        var a = await StartAsync("a", 1001);

        a.Draining.Begin();

        await a.Gate.ExecuteTask!;
        Assert.False(a.Gate.IsLeader);
        Cluster.Cluster.Faults.Delay = TimeSpan.Zero;
    }

    [Fact]
    public async Task Two_never_lead_at_once_whatever_happens()
    {
        var replicas = new[] { await StartAsync("a", 1001), await StartAsync("b", 1002), await StartAsync("c", 1003) };
        var random = new Random(7);
        for (var i = 0; i < 150; i++)
        {
            if (i % 20 == 10)
                Cluster.Cluster.Faults.RefuseWrites(TimeSpan.FromMilliseconds(30));
            _time.Advance(TimeSpan.FromSeconds(random.NextDouble() * 2));
            Assert.InRange(replicas.Count(replica => replica.Gate.IsLeader), 0, 1);
            await LeaseAsync();
        }
        await AdvanceUntilAsync(() => replicas.Any(replica => replica.Gate.IsLeader), "led");
    }

    private async Task<Replica> StartAsync(string name, int port)
    {
        var replica = new Replica(Cluster, name, port, _time);
        _replicas.Add(replica);
        await replica.Gate.StartAsync(Token);
        return replica;
    }

    private async Task<CancellationToken> LeadsAsync(Replica replica)
    {
        await AdvanceUntilAsync(() => replica.Gate.IsLeader, "leading");
        return await replica.Gate.WaitForLeadershipAsync(Token);
    }

    private async Task<LeaseRecord> LeaseAsync() => await Cluster.FindAsync(OperatorCluster.LeasePath) is { } lease ? LeaseRecord.Read(lease) : new LeaseRecord { Holder = "", Duration = TimeSpan.Zero };

    /// <returns>False: a renewal came in between.</returns>
    private async Task<bool> IsTakenByAnotherAsync()
    {
        var before = (await Cluster.FindAsync(OperatorCluster.LeasePath))!.Value;
        var taken = LeaseSteps.Held(LeaseRecord.Read(before), "another", null, TimeSpan.FromSeconds(15), _time.GetUtcNow());
        var request = new ApiRequest(HttpMethod.Put, OperatorCluster.LeasePath) { Body = taken.Write(OperatorCluster.Namespace, "wandb-operator", before) };
        return await Cluster.Api.SendAsync(request, Token) is ApiOutcome.Done;
    }

    private Task UntilAsync(Func<bool> isReached, string what) => AdvanceUntilAsync(isReached, what);

    // In small steps, so that replicas keep up with renewing.
    private Task AdvanceUntilAsync(Func<bool> isReached, string what) => OperatorCluster.UntilAsync(
        () =>
        {
            if (isReached())
                return Task.FromResult(true);
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(false);
        },
        what);

    private sealed class Replica : IAsyncDisposable
    {
        public Replica(OperatorCluster cluster, string name, int port, TimeProvider time)
        {
            Api = cluster.NewApi();
            var ports = new ServerPorts();
            ports.Listening(port);
            Gate = new LeaderGate(Api, OperatorCluster.Options(name), name, ports, Draining, time, NullLogger<LeaderGate>.Instance);
        }

        public KubernetesApi Api { get; }

        public Draining Draining { get; } = new();

        public LeaderGate Gate { get; }

        public async ValueTask DisposeAsync()
        {
            Draining.Begin();
            await Gate.StopAsync(Token);
            Gate.Dispose();
            Draining.Dispose();
            Api.Dispose();
        }
    }
}
