using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

/// <summary>A watch of a server that no longer behaves like one: nothing is missed, and nothing is taken for a deletion.</summary>
public sealed class BrokenServerTests : IAsyncLifetime
{
    private const string Bookmark = """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"2"}}}""";

    private const string Changed = """{"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"2"}}}""";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly MetricLog _metrics = new();
    private readonly ResourceCache<string> _cache = new("things");
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _asked = [];
    private readonly List<string> _told = [];
    private readonly CancellationTokenSource _stop = new();

    // What the first watch, or the first list, answers; the second ones are sound, and the second list has b alone.
    private Func<HttpContext, Task>? _firstList;
    private Func<HttpContext, Task>? _firstWatch;
    private int _lists;
    private int _watches;
    private ScriptedServer? _server;
    private KubernetesApi? _api;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync(AnswerAsync);
        _api = _server.Api();
        _cache.Changed += (key, before, after) =>
        {
            _told.Add($"{key.Name} {after ?? "-"}");
            if (before is not null)
                _change.TrySetResult();
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _api?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _metrics.Dispose();
    }

    // Each line, and why the watch was begun anew.
    public static TheoryData<string, string> BadLines => new()
    {
        { "garbage", "unreadable" },
        { """{"type":"ADDED"}""", "unreadable" },
        { """{"type":"ADDED","object":{"metadata":{}}}""", "unreadable" },
        { """{"type":"RENAMED","object":{"metadata":{"name":"a","resourceVersion":"2"}}}""", "unreadable" },
        { """{"type":"BOOKMARK","object":{}}""", "unreadable" },
        { """[]""", "unreadable" },
        { "", "unreadable" },
        { """{"type":"ERROR","object":{"kind":"Status","code":500,"reason":"InternalError"}}""", "unreadable" },
        { """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}""", "expired" },
        { $$$"""{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"2"},"x":"{{{new string('x', 5000)}}}"}}""", "unreadable" },
    };

    [Theory]
    [MemberData(nameof(BadLines))]
    public async Task A_line_that_is_no_event_makes_the_watch_list_again(string line, string reason)
    {
        _firstWatch = context => context.Response.WriteAsync(Bookmark + "\n" + line + "\n", context.RequestAborted);

        await RunUntilSecondWatchAsync();

        Assert.Equal(["list", "watch 1", "list", "watch 3"], _asked);
        Assert.Equal(["a 1", "b 1", "a -"], _told);
        Assert.Contains($"wandb.operator.watch.restarts 1 wandb.resource=things wandb.watch.reason={reason}", _metrics.Lines);
    }

    [Theory]
    [InlineData("""{"type":"ADDED","object":{"meta""", true)]
    [InlineData("""{"type":"ADDED","object":{"meta""", false)]
    [InlineData("", true)]
    public async Task A_watch_that_is_cut_goes_on_after_the_last_whole_event(string rest, bool isAborted)
    {
        _firstWatch = async context =>
        {
            await context.Response.WriteAsync(Changed + "\n" + rest, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            // What is on its way when a connection is aborted may be lost.
            await _change.Task.WaitAsync(Deadline, context.RequestAborted);
            if (isAborted)
                context.Abort();
        };

        await RunUntilSecondWatchAsync();

        Assert.Equal(["list", "watch 1", "watch 2"], _asked);
        Assert.Equal(["a 1", "a 2"], _told);
    }

    [Fact]
    public async Task A_watch_that_is_refused_is_asked_for_again_when_the_server_said()
    {
        _firstWatch = context =>
        {
            context.Response.Headers.RetryAfter = "1";
            return ScriptedServer.AnswerAsync(context, 429, ScriptedServer.Status(HttpStatusCode.TooManyRequests, "TooManyRequests"));
        };
        var began = TimeProvider.System.GetTimestamp();

        await RunUntilSecondWatchAsync();

        Assert.Equal(["list", "watch 1", "watch 1"], _asked);
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_watch_that_is_refused_with_410_lists_again()
    {
        _firstWatch = context => ScriptedServer.AnswerAsync(context, 410, ScriptedServer.Status(HttpStatusCode.Gone, "Expired"));

        await RunUntilSecondWatchAsync();

        Assert.Equal(["list", "watch 1", "list", "watch 3"], _asked);
    }

    [Theory]
    [InlineData(200, "{}")]
    [InlineData(200, """{"metadata":{"resourceVersion":"1"},"items":[""")]
    [InlineData(502, "<html>")]
    [InlineData(403, "")]
    public async Task A_list_that_fails_fills_nothing_and_is_asked_for_again(int code, string body)
    {
        var isFilled = true;
        _firstList = context =>
        {
            isFilled = _cache.IsFilled;
            return ScriptedServer.AnswerAsync(context, code, body);
        };
        _firstWatch = _ => Task.CompletedTask;

        await RunUntilSecondWatchAsync();

        Assert.False(isFilled);
        Assert.Equal(["list", "list"], _asked.Take(2));
        Assert.Equal(["b 1"], _told);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["watch"] == "true")
        {
            _asked.Add("watch " + query["resourceVersion"]);
            if (++_watches == 1)
                return _firstWatch!(context);
            _second.TrySetResult();
            return StayOpenAsync(context);
        }
        _asked.Add("list");
        if (++_lists == 1)
        {
            return _firstList is { } answer ? answer(context) : ScriptedServer.AnswerAsync(context, 200, ListOf("a", "1"));
        }
        return ScriptedServer.AnswerAsync(context, 200, ListOf("b", "3"));
    }

    private static string ListOf(string name, string version) =>
        $$$"""{"metadata":{"resourceVersion":"{{{version}}}"},"items":[{"metadata":{"name":"{{{name}}}","resourceVersion":"1"}}]}""";

    private static async Task StayOpenAsync(HttpContext context)
    {
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
    }

    private async Task RunUntilSecondWatchAsync()
    {
        var resource = new WatchedResource<string>
        {
            Name = "things",
            Path = "/api/v1/things",
            Read = element => element.GetProperty("metadata").GetProperty("resourceVersion").GetString(),
            Limits = new WatchLimits { MaxObjectBytes = 4000, Retry = new RetryDelay(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20)) },
        };
        var log = NullLogger<ResourceWatch<string>>.Instance;
        _running = new ResourceWatch<string>(resource, _cache, _api!, _metrics.Metrics, TimeProvider.System, log).RunAsync(_stop.Token);
        await _second.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);
    }
}
