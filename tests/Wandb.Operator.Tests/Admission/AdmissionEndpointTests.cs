using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Admission;

public sealed class AdmissionEndpointTests : IAsyncLifetime, IPodSurroundings, IAdmissionOutcomes
{
    private readonly List<AdmissionOutcome> _outcomes = [];
    private Func<CancellationToken, ValueTask<PodSurroundings>> _gather = _ => new ValueTask<PodSurroundings>(Around(new WandbRunSpec { Project = "p" }));
    private WebApplication? _app;
    private HttpClient? _client;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        new AdmissionEndpoint(this, this, TimeProvider.System, NullLogger<AdmissionEndpoint>.Instance).Map(_app);
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

    ValueTask<PodSurroundings> IPodSurroundings.GatherAsync(string @namespace, JsonObject pod, CancellationToken ct) => _gather(ct);

    void IAdmissionOutcomes.Record(AdmissionOutcome outcome) => _outcomes.Add(outcome);

    [Fact]
    public async Task Pod_that_asks_gets_a_patch()
    {
        var response = await Ask(AdmissionEndpoint.PodPath, Review(Pod()));

        Assert.Equal("u1", Text(response["uid"]));
        Assert.True((bool)response["allowed"]!);
        Assert.Equal("JSONPatch", Text(response["patchType"]));
        var patch = JsonNode.Parse(Convert.FromBase64String(Text(response["patch"])))!.AsArray();
        Assert.All(patch, operation => Assert.Equal("add", Text(operation!["op"])));
        Assert.Contains(patch, operation => Text(operation!["path"]) == "/spec/initContainers");
        Assert.IsType<AdmissionDecision.Patch>(Assert.Single(_outcomes).Decision);
    }

    [Fact]
    public async Task Fields_of_later_versions_of_the_review_do_not_matter()
    {
        var review = Review(Pod());
        review["request"]!["requestKindOfTheFuture"] = new JsonObject { ["a"] = 1 };

        Assert.True((bool)(await Ask(AdmissionEndpoint.PodPath, review))["allowed"]!);
    }

    [Fact]
    public async Task Job_gets_its_template_labelled()
    {
        var job = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [InjectionKeys.Run] = "r" } },
            ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray() } } },
        };

        var response = await Ask(AdmissionEndpoint.JobPath, Review(job));

        var patch = Encoding.UTF8.GetString(Convert.FromBase64String(Text(response["patch"])));
        Assert.Equal(
            """[{"op":"add","path":"/metadata/labels","value":{"wandb-operator.io/run":"r"}},{"op":"add","path":"/spec/template/metadata","value":{"annotations":{"wandb-operator.io/run":"r"},"labels":{"wandb-operator.io/run":"r"}}}]""",
            patch);
    }

    [Fact]
    public async Task Pod_that_cannot_be_injected_starts_and_its_creator_is_told()
    {
        _gather = _ => new ValueTask<PodSurroundings>(Around(null));

        var response = await Ask(AdmissionEndpoint.PodPath, Review(Pod()));

        Assert.True((bool)response["allowed"]!);
        Assert.Equal(
            """[{"op":"add","path":"/metadata/labels","value":{"wandb-operator.io/run":"r"}},"""
            + """{"op":"add","path":"/metadata/annotations/wandb-operator.io~1missed","value":"RunMissing: there is no WandbRun r in namespace team-a"}]""",
            Encoding.UTF8.GetString(Convert.FromBase64String(Text(response["patch"]))));
        Assert.Equal("wandb-operator: not injected: there is no WandbRun r in namespace team-a", Text(response["warnings"]![0]));
    }

    [Fact]
    public async Task Pod_that_requires_injection_is_refused_with_all_reasons()
    {
        _gather = _ => new ValueTask<PodSurroundings>(Around(null));

        var response = await Ask(AdmissionEndpoint.PodPath, Review(Pod(("required", "true"), ("mode", "x"))));

        Assert.False((bool)response["allowed"]!);
        Assert.Equal(403, (int)response["status"]!["code"]!);
        Assert.Equal(
            "wandb-operator: injection is required and not possible: annotation wandb-operator.io/mode 'x' is none of offline, online, shared, disabled; "
            + "there is no WandbRun r in namespace team-a",
            Text(response["status"]!["message"]));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("true", false)]
    public async Task Our_own_failure_lets_the_pod_start_unless_injection_is_required(string? required, bool isAllowed)
    {
        _gather = _ => throw new InvalidOperationException("a mistake of ours");

        var response = await Ask(AdmissionEndpoint.PodPath, Review(required is null ? Pod() : Pod(("required", required))));

        Assert.Equal(isAllowed, (bool)response["allowed"]!);
        var decision = Assert.Single(_outcomes).Decision;
        Assert.Equal(isAllowed, decision is AdmissionDecision.Miss { Problems: [{ Reason: ProblemReasons.OperatorFailed }], Operations.Count: 2 });
    }

    [Fact]
    public async Task Wait_for_caches_ends_before_the_API_server_gives_up()
    {
        _gather = async ct =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            throw new InvalidOperationException("never here");
        };

        var response = await Ask(AdmissionEndpoint.PodPath, Review(Pod()));

        Assert.True((bool)response["allowed"]!);
        Assert.True(Assert.Single(_outcomes).Duration < TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Only_creation_is_looked_at()
    {
        var review = Review(Pod());
        review["request"]!["operation"] = "UPDATE";

        Assert.Null((await Ask(AdmissionEndpoint.PodPath, review))["patch"]);
    }

    [Fact]
    public async Task Dry_run_is_passed_on()
    {
        var review = Review(Pod());
        review["request"]!["dryRun"] = true;

        await Ask(AdmissionEndpoint.PodPath, review);

        Assert.True(Assert.Single(_outcomes).IsDryRun);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[1]", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"request":{"uid":"u"}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"request":{"uid":"u","object":7}}""", HttpStatusCode.BadRequest)]
    public async Task What_is_no_review_is_a_bad_request(string body, HttpStatusCode status)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client!.PostAsync(new Uri(AdmissionEndpoint.PodPath, UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.Empty(_outcomes);
    }

    [Fact]
    public async Task Body_without_end_is_cut()
    {
        var body = "{\"request\":{\"uid\":\"" + new string('x', AdmissionEndpoint.MaxBodyBytes) + "\"}}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(AdmissionEndpoint.PodPath, UriKind.Relative));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        // Otherwise the client may still be sending when the server has answered and closed.
        request.Headers.ExpectContinue = true;
        using var response = await _client!.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    private async Task<JsonNode> Ask(string path, JsonObject review)
    {
        using var content = new StringContent(review.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _client!.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal("admission.k8s.io/v1", answer.GetProperty("apiVersion").GetString());
        return JsonNode.Parse(answer.GetProperty("response").GetRawText())!;
    }

    private static JsonObject Review(JsonObject of) =>
        new()
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["request"] = new JsonObject { ["uid"] = "u1", ["operation"] = "CREATE", ["namespace"] = "team-a", ["object"] = of },
        };

    private static JsonObject Pod(params (string Key, string Value)[] annotations)
    {
        var map = new JsonObject { [InjectionKeys.Run] = "r" };
        foreach (var (key, value) in annotations)
            map[InjectionKeys.Prefix + key] = value;
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "x", ["annotations"] = map },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }) },
        };
    }

    private static PodSurroundings Around(WandbRunSpec? spec) =>
        new()
        {
            Namespace = "team-a",
            Run = spec is null ? null : new WandbRun { Metadata = new ObjectMeta { Name = "r" }, Spec = spec },
            Defaults = new OperatorDefaults { AgentImage = "agent:1" },
        };

    private static string Text(JsonNode? node) => JsonRead.Text(node) ?? "";
}
