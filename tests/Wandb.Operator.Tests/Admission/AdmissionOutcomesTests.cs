using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Tests.Watching;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Admission;

/// <summary>Events of two replicas at an API server that keeps them and lets nobody read.</summary>
public sealed class AdmissionOutcomesTests : IAsyncLifetime
{
    private const string Mark = "mark";
    private const string Collection = "/api/v1/namespaces/default/events";

    private readonly FakeTimeProvider _time = new();
    private readonly MetricLog _metrics = new();
    private readonly ConcurrentDictionary<string, JsonObject> _events = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly List<AdmissionOutcomes> _replicas = [];
    private ScriptedServer? _server;
    private KubernetesApi? _api;
    private TaskCompletionSource _marked = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync(AnswerAsync);
        _api = _server.Api(_time);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.StopAsync(Token);
            replica.Dispose();
        }
        _api!.Dispose();
        await _server!.DisposeAsync();
        _metrics.Dispose();
    }

    /// <summary>There is no right to read Events.</summary>
    [Fact]
    public async Task Count_of_an_Event_goes_on_whichever_replica_tells_it_and_after_a_restart()
    {
        var (first, second) = (await StartAsync(), await StartAsync());

        await TellAsync(first, "train", times: 3);
        var begin = Count("train");
        _time.Advance(AdmissionOutcomes.Interval);
        await TellAsync(first, "train");
        var together = Count("train");
        await TellAsync(second, "train");
        var other = Count("train");
        _time.Advance(AdmissionOutcomes.Interval);
        await TellAsync(first, "train");
        await TellAsync(await StartAsync(), "train");

        Assert.Equal((1, 4, 5, 7), (begin, together, other, Count("train")));
        Assert.DoesNotContain(_requests, request => request.StartsWith("GET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Event_that_has_expired_is_told_anew_with_what_came_since()
    {
        var replica = await StartAsync();
        await TellAsync(replica, "train", times: 3);
        _events.Clear();
        _time.Advance(TimeSpan.FromHours(1));

        await TellAsync(replica, "train");

        Assert.Equal(3, Count("train"));
    }

    /// <summary>Whoever makes a pod writes its owner references.</summary>
    [Theory]
    [InlineData("../../../../apis/batch/v1/namespaces/other/jobs?x=1")]
    [InlineData("..")]
    [InlineData("x/../../../pods/y")]
    [InlineData("Job_1")]
    public async Task Name_of_an_owner_leads_to_no_other_object_than_its_Event(string owner)
    {
        var replica = await StartAsync();

        await TellAsync(replica, owner);
        _time.Advance(AdmissionOutcomes.Interval);
        await TellAsync(replica, owner);

        Assert.Equal(2, Count(owner));
        Assert.All(_requests, request => Assert.Matches($"^(POST {Collection}|PATCH {Collection}/[a-z-]+[.][0-9a-f]{{16}})$", request));
        Assert.Contains(_requests, request => request.StartsWith("PATCH", StringComparison.Ordinal));
    }

    private async Task<AdmissionOutcomes> StartAsync()
    {
        var replica = new AdmissionOutcomes(_api!, _metrics.Metrics, _time, NullLogger<AdmissionOutcomes>.Instance);
        _replicas.Add(replica);
        await replica.StartAsync(Token);
        return replica;
    }

    /// <summary>Returns when it is told: a replica tells one after the other, and another Event comes behind it.</summary>
    private async Task TellAsync(AdmissionOutcomes replica, string owner, int times = 1)
    {
        _marked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = 0; i < times; i++)
            replica.Record(Outcome(owner));
        replica.Record(Outcome($"{Mark}-{_requests.Count}"));
        await _marked.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    private int Count(string owner) => (int)_events.Values.Single(told => (string?)told["involvedObject"]!["name"] == owner)["count"]!;

    private static AdmissionOutcome Outcome(string owner) => new()
    {
        Kind = "Pod",
        Namespace = "default",
        Object = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = owner, ["uid"] = "u", ["controller"] = true }),
            },
        },
        Decision = new AdmissionDecision.Miss([new Problem(ProblemReasons.RunMissing, "there is no WandbRun r")], []),
        IsDryRun = false,
        Duration = TimeSpan.Zero,
    };

    private async Task AnswerAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        var path = context.Request.GetEncodedPathAndQuery();
        _requests.Enqueue($"{context.Request.Method} {path}");
        var name = context.Request.Method == "POST" ? (string)body["metadata"]!["name"]! : path[(path.LastIndexOf('/') + 1)..];
        var isThere = _events.TryGetValue(name, out var told);
        switch (context.Request.Method)
        {
            case "POST" when isThere:
                await ScriptedServer.AnswerAsync(context, 409, ScriptedServer.Status(HttpStatusCode.Conflict, "AlreadyExists"));
                break;
            case "POST":
                _events[name] = body;
                await ScriptedServer.AnswerAsync(context, 201, body.ToJsonString());
                if (((string)body["involvedObject"]!["name"]!).StartsWith(Mark, StringComparison.Ordinal))
                    _marked.SetResult();
                break;
            case "PATCH" when isThere:
                foreach (var (member, value) in body)
                    told![member] = value!.DeepClone();
                await ScriptedServer.AnswerAsync(context, 200, told!.ToJsonString());
                break;
            default:
                await ScriptedServer.AnswerAsync(context, 404, ScriptedServer.Status(HttpStatusCode.NotFound, "NotFound"));
                break;
        }
    }
}
