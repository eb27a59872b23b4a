using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Runs;
using Wandb.Operator.Tests.Watching;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Runs;

public sealed class DroppedSidecarsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly ServerVersion Old = new(1, 32);

    private readonly ResourceCache<KnownPod> _pods = new("pods");
    private readonly Lines _log = new();
    private int _asked;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void One_owner_is_no_evidence_and_neither_is_a_version_that_always_has_sidecars()
    {
        var one = HeldUpPods.None.With(Pod("a", "job")).With(Pod("b", "job"));
        var two = one.With(Pod("c", null));
        var bare = HeldUpPods.None.With(Pod("a", null)).With(Pod("b", null)).With(Pod("c", null));

        Assert.False(HeldUpPods.None.ShowThatSidecarsAreDropped(Old));
        Assert.False(one.ShowThatSidecarsAreDropped(Old));
        Assert.All([two, bare], pods => Assert.True(pods.ShowThatSidecarsAreDropped(Old)));
        Assert.All([two, bare], pods => Assert.False(pods.ShowThatSidecarsAreDropped(new ServerVersion(1, 33))));
        Assert.False(two.ShowThatSidecarsAreDropped(null));
        Assert.Equal((new NamespacedName("ns", "a"), new NamespacedName("ns", "b")), (bare.First, bare.Second));
    }

    [Theory]
    [InlineData("29+", "ns/a")]
    [InlineData("36", null)]
    public async Task Two_pods_that_wait_for_their_agents_mean_something_only_before_1_33(string minor, string? expected)
    {
        await using var server = await ServerAsync(_ => (200, Version(minor)));
        using var api = server.Api();
        using var dropped = new DroppedSidecars(_pods, api, new FakeTimeProvider(Start), _log);
        await dropped.StartAsync(Token);

        Put(Pod("a", null));
        Put(Pod("b", "job"));
        await dropped.ExecuteTask!.WaitAsync(Deadline, Token);

        Assert.Equal((expected, 1), (dropped.Pod, _asked));
    }

    [Fact]
    public async Task Pods_from_before_the_start_and_pods_with_a_sidecar_are_no_evidence()
    {
        await using var server = await ServerAsync(_ => (200, Version("29")));
        using var api = server.Api();
        using var dropped = new DroppedSidecars(_pods, api, new FakeTimeProvider(Start), _log);
        await dropped.StartAsync(Token);

        Put(Pod("old", null, Start.AddMinutes(-1)));
        Put(Pod("sound", null, init: """{"name":"wandb-operator-agent","restartPolicy":"Always"}"""));
        Put(Pod("c", null));
        Put(Pod("d", null));
        await dropped.ExecuteTask!.WaitAsync(Deadline, Token);

        Assert.Equal("ns/c", dropped.Pod);
    }

    [Fact]
    public async Task Version_that_cannot_be_read_is_told_and_asked_for_again_with_the_next_pod()
    {
        // The second pod may be a question of its own.
        var fails = true;
        await using var server = await ServerAsync(_ => fails ? (500, ScriptedServer.Status(HttpStatusCode.InternalServerError, "InternalError")) : (200, Version("31")));
        using var api = server.Api();
        using var dropped = new DroppedSidecars(_pods, api, new FakeTimeProvider(Start), _log);
        await dropped.StartAsync(Token);

        Put(Pod("a", null));
        Put(Pod("a2", null));
        await _log.UntilAnyAsync();
        Assert.Null(dropped.Pod);
        fails = false;
        Put(Pod("b", null));
        await dropped.ExecuteTask!.WaitAsync(Deadline, Token);

        Assert.Equal("ns/a", dropped.Pod);
        Assert.Contains("cannot be read: 500 InternalError", _log.All.First(), StringComparison.Ordinal);
    }

    private static string Version(string minor) => $$"""{"major":"1","minor":"{{minor}}"}""";

    private Task<ScriptedServer> ServerAsync(Func<int, (int Code, string Body)> answer) => ScriptedServer.StartAsync(context =>
    {
        Assert.Equal("/version", context.Request.Path.Value);
        var (code, body) = answer(Interlocked.Increment(ref _asked));
        return ScriptedServer.AnswerAsync(context, code, body);
    });

    private void Put(KnownPod pod) => _pods.Apply(new CacheChange<KnownPod>.Put(new CachedObject<KnownPod>(pod.Key, "1", pod)));

    private static KnownPod Pod(string name, string? job, DateTimeOffset? created = null, string init = """{"name":"wandb-operator-agent"}""")
    {
        var owners = job is null ? "" : $$""","ownerReferences":[{"apiVersion":"batch/v1","kind":"Job","name":"{{job}}","uid":"{{job}}","controller":true}]""";
        var time = (created ?? Start.AddMinutes(1)).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        using var json = JsonDocument.Parse(
            $$$"""
            {"metadata":{"name":"{{{name}}}","namespace":"ns","uid":"u-{{{name}}}","creationTimestamp":"{{{time}}}","annotations":{"wandb-operator.io/run":"r"}{{{owners}}}},
             "spec":{"containers":[{"name":"main"}],"initContainers":[{{{init}}}]}}
            """);
        return KnownPod.Read(json.RootElement)!;
    }

    private sealed class Lines : ILogger<DroppedSidecars>
    {
        public ConcurrentQueue<string> All { get; } = new();

        public async Task UntilAnyAsync()
        {
            using var limit = new CancellationTokenSource(Deadline, TimeProvider.System);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            while (All.IsEmpty)
                await timer.WaitForNextTickAsync(limit.Token);
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
