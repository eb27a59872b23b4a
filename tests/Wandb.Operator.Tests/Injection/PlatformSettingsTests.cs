using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Injection;

/// <summary>What only a platform team says, in a profile or in the chart's <c>defaults</c>.</summary>
public sealed class PlatformSettingsTests
{
    private static readonly WandbProfileSpec Chart = new()
    {
        CaBundle = new ConfigMapKeyReference { Name = "chart-ca" },
        Proxy = new ProxySettings { HttpsProxy = "http://chart-proxy:3128" },
        AllowedProjects = ["chart-project"],
        Agent = new AgentSettings { OtlpEndpoint = "http://collector.monitoring:4318" },
    };

    [Fact]
    public void Chart_gives_what_a_profile_may_give()
    {
        var agent = Agent("chart-project", null, Chart, out var pod);

        Assert.Equal("chart-ca", Authority(pod));
        Assert.Equal("http://chart-proxy:3128", agent.Variable("HTTPS_PROXY")?.Literal);
        Assert.Contains("collector.monitoring", agent.Variable("NO_PROXY")!.Literal!.Split(','));
    }

    [Fact]
    public void Profile_beats_the_chart()
    {
        var profile = new WandbProfileSpec
        {
            CaBundle = new ConfigMapKeyReference { Name = "team-ca" },
            Proxy = new ProxySettings { HttpsProxy = "http://team-proxy:3128" },
            AllowedProjects = ["team-project"],
        };

        var agent = Agent("team-project", profile, Chart, out var pod);

        Assert.Equal("team-ca", Authority(pod));
        Assert.Equal("http://team-proxy:3128", agent.Variable("HTTPS_PROXY")?.Literal);
    }

    [Fact]
    public void What_is_not_allowed_is_told_with_who_allows_what() =>
        Assert.Equal(
            "project 'other' (WandbRun r) is not allowed; allowed by chart values: chart-project",
            Assert.Single(Assert.IsType<AdmissionDecision.Miss>(PodAdmission.Decide(Pod(), Around("other", null, Chart))).Problems).Message);

    [Fact]
    public void Agents_send_their_telemetry_and_say_whose_it_is()
    {
        var agent = Agent("chart-project", null, Chart, out _);

        Assert.Equal("http://collector.monitoring:4318", agent.Variable("OTEL_EXPORTER_OTLP_ENDPOINT")?.Literal);
        var resource = agent.Variable("OTEL_RESOURCE_ATTRIBUTES")!.Literal!;
        Assert.StartsWith("service.instance.id=$(WANDB_AGENT_POD_NAMESPACE).$(WANDB_AGENT_POD_NAME).wandb-operator-agent,", resource, StringComparison.Ordinal);
        // The kubelet expands only what stands before.
        var names = agent.Json["env"]!.AsArray().Select(entry => JsonRead.Text(entry!["name"])).ToList();
        Assert.True(names.IndexOf("OTEL_RESOURCE_ATTRIBUTES") > names.IndexOf("WANDB_AGENT_NODE_NAME"));
        Assert.Null(Agent("p", null, new WandbProfileSpec(), out _).Variable("OTEL_EXPORTER_OTLP_ENDPOINT"));
    }

    [Theory]
    [InlineData("10GB", "storage.emptyDir.sizeLimit (chart values) '10GB' is no amount such as 500m, 128Mi or 10Gi")]
    [InlineData("-1Gi", "storage.emptyDir.sizeLimit (chart values) '-1Gi' is no amount such as 500m, 128Mi or 10Gi")]
    public void Amount_for_which_the_API_server_would_refuse_the_pod_is_told(string size, string told)
    {
        var chart = new WandbProfileSpec { Storage = new StorageSettings { EmptyDir = new EmptyDirSettings { SizeLimit = size } } };

        Assert.Equal(told, Assert.Single(Assert.IsType<AdmissionDecision.Miss>(PodAdmission.Decide(Pod(), Around("p", null, chart))).Problems).Message);
    }

    [Fact]
    public void Wrong_amounts_and_addresses_of_the_agent_are_told_all_at_once()
    {
        var agent = new AgentSettings
        {
            OtlpEndpoint = "collector:4318",
            Resources = new ResourceAmounts { Limits = new Dictionary<string, string> { ["memory"] = "1GB" } },
        };

        var problems = Assert.IsType<AdmissionDecision.Miss>(PodAdmission.Decide(Pod(), Around("p", null, new WandbProfileSpec { Agent = agent }))).Problems;

        Assert.Equal(
            [
                "agent.otlpEndpoint (chart values) 'collector:4318' is no address such as http://collector.monitoring:4318 (http or https)",
                "agent.resources.limits.memory (chart values) '1GB' is no amount such as 500m, 128Mi or 10Gi",
            ],
            problems.Select(problem => problem.Message).Order(StringComparer.Ordinal));
    }

    public static TheoryData<object, string> Refused() => new()
    {
        { new AgentSettings { Image = "agent:1 " }, "agent's image (chart values) 'agent:1 ' holds a blank" },
        { new AgentSettings { Registry = "mirror .example" }, "agent.registry (chart values) 'mirror .example' holds a blank" },
        { OfRequests("gpu", "1"), "agent.resources.requests (chart values) names 'gpu', which is no resource of a container" },
        { OfRequests("ephemeral-storage", "2Gi", "1Gi"), "agent.resources (chart values) requests 2Gi of ephemeral-storage, more than the limit of 1Gi" },
    };

    /// <summary>Without us the pod would start.</summary>
    [Theory]
    [MemberData(nameof(Refused))]
    public void Agent_for_which_the_API_server_would_refuse_the_pod_is_told(object agent, string told)
    {
        var around = Around("p", null, new WandbProfileSpec { Agent = (AgentSettings)agent });

        Assert.Equal(told, Assert.Single(Assert.IsType<AdmissionDecision.Miss>(PodAdmission.Decide(Pod(), around)).Problems).Message);
    }

    [Fact]
    public void Key_for_which_the_API_server_would_refuse_the_pod_is_told()
    {
        var around = Around("p", null, new WandbProfileSpec
        {
            ApiKeySecretRef = new SecretKeyReference { Name = "s", Key = "my key" },
            CaBundle = new ConfigMapKeyReference { Name = "c", Key = "" },
        });

        Assert.Equal(
            ["apiKeySecretRef.key (chart values) 'my key' is no key of a Secret", "caBundle.key (chart values) '' is no key of a ConfigMap"],
            Assert.IsType<AdmissionDecision.Miss>(PodAdmission.Decide(Pod(), around)).Problems.Select(problem => problem.Message));
    }

    [Fact]
    public void Resource_of_another_kind_may_be_given()
    {
        var around = new WandbProfileSpec { Agent = OfRequests("ephemeral-storage", "1Gi", "2Gi") };

        Assert.Equal("1Gi", JsonRead.Text(Agent("p", null, around, out _).Json["resources"]!["requests"]!["ephemeral-storage"]));
    }

    private static AgentSettings OfRequests(string name, string request, string? limit = null) => new()
    {
        Resources = new ResourceAmounts
        {
            Requests = new Dictionary<string, string> { [name] = request },
            Limits = limit is null ? null : new Dictionary<string, string> { [name] = limit },
        },
    };

    private static ContainerView Agent(string project, WandbProfileSpec? profile, WandbProfileSpec chart, out PodView pod)
    {
        var json = Pod();
        pod = new PodView(JsonPatch.Apply(json, Assert.IsType<AdmissionDecision.Patch>(PodAdmission.Decide(json, Around(project, profile, chart))).Operations));
        return pod.InitContainers.Single(container => container.Name == AgentSidecar.ContainerName);
    }

    private static string? Authority(PodView pod) =>
        JsonRead.Objects(pod.Spec["volumes"]).Select(volume => JsonRead.Text(volume["configMap"]?["name"])).Single(name => name is not null);

    private static PodSurroundings Around(string project, WandbProfileSpec? profile, WandbProfileSpec chart) => new()
    {
        Namespace = "n",
        Run = new WandbRun { Metadata = new ObjectMeta { Name = "r" }, Spec = new WandbRunSpec { Project = project } },
        Profile = profile is null ? null : new WandbProfile { Metadata = new ObjectMeta { Name = "default" }, Spec = profile },
        Defaults = new OperatorDefaults { AgentImage = "agent:1", Settings = chart },
    };

    private static JsonObject Pod() => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "p", ["annotations"] = new JsonObject { [InjectionKeys.Run] = "r" } },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "trainer", ["image"] = "i" }) },
    };
}
