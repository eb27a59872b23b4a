using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wandb.Sandbox.Cluster;

namespace Wandb.Sandbox.Tests.Cluster;

public sealed class AdmissionTests : IAsyncDisposable
{
    private readonly ClusterCertificates certificates = ClusterCertificates.Create(TimeProvider.System.GetUtcNow());
    private readonly List<JsonNode> reviews = [];
    private WebApplication? webhook;

    [Fact]
    public async Task A_webhook_patches_a_pod_that_its_conditions_match()
    {
        await using var client = await StartAsync("Fail", Patch("""[{"op":"add","path":"/metadata/annotations/added","value":"yes"}]"""));

        var (code, pod) = await client.PostAsync(ClusterClient.Pods, Pod("a", """{"example.com/run":"x"}"""));
        var (_, other) = await client.PostAsync(ClusterClient.Pods, Pod("b", """{"another":"x"}"""));

        Assert.Equal(201, code);
        Assert.Equal("yes", pod["metadata"]!["annotations"]!["added"]!.GetValue<string>());
        Assert.Null(other["metadata"]!["annotations"]!["added"]);
        Assert.Equal("a", Assert.Single(reviews)["request"]!["object"]!["metadata"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_denial_is_told_with_its_message()
    {
        await using var client = await StartAsync("Fail", _ => new JsonObject { ["allowed"] = false, ["status"] = new JsonObject { ["message"] = "no such run" } });

        var (code, status) = await client.PostAsync(ClusterClient.Pods, Pod("a", """{"example.com/run":"x"}"""));

        Assert.Equal((403, "admission webhook \"w.example.com\" denied the request: no such run"), (code, status["message"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("Ignore", 201)]
    [InlineData("Fail", 500)]
    public async Task The_failure_policy_decides_when_the_webhook_answers_nonsense(string policy, int expected)
    {
        await using var client = await StartAsync(policy, Patch("""[{"op":"remove","path":"/nothing"}]"""));

        var (code, _) = await client.PostAsync(ClusterClient.Pods, Pod("a", """{"example.com/run":"x"}"""));

        Assert.Equal(expected, code);
        Assert.NotEmpty(reviews);
    }

    [Fact]
    public async Task A_webhook_whose_certificate_is_not_of_the_bundle_is_not_trusted()
    {
        using var stranger = ClusterCertificates.Create(TimeProvider.System.GetUtcNow());
        await using var client = await StartAsync("Fail", Patch("[]"), stranger.Authority);

        var (code, _) = await client.PostAsync(ClusterClient.Pods, Pod("a", """{"example.com/run":"x"}"""));

        Assert.Equal(500, code);
        Assert.Empty(reviews);
    }

    [Fact]
    public async Task A_service_is_reached_through_its_forward()
    {
        // The certificate is good for kubernetes.default.svc: a Service of that name stands for the operator's.
        await using var client = await StartAsync(
            "Fail", Patch("""[{"op":"add","path":"/metadata/annotations/added","value":"yes"}]"""), service: "kubernetes");

        var (code, pod) = await client.PostAsync(ClusterClient.Pods, Pod("a", """{"example.com/run":"x"}"""));

        Assert.True(code == 201, pod.ToJsonString());
        Assert.Equal("yes", pod["metadata"]!["annotations"]!["added"]!.GetValue<string>());
    }

    public async ValueTask DisposeAsync()
    {
        if (webhook is not null)
        {
            await webhook.DisposeAsync();
        }

        certificates.Dispose();
    }

    private static string Pod(string name, string annotations) =>
        $$$"""{"metadata":{"name":"{{{name}}}","annotations":{{{annotations}}}},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"sandbox/host","command":["true"]}]}}""";

    private static Func<JsonNode, JsonObject> Patch(string operations) => _ => new JsonObject
    {
        ["allowed"] = true,
        ["patchType"] = "JSONPatch",
        ["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(operations)),
    };

    private async Task<ClusterClient> StartAsync(string policy, Func<JsonNode, JsonObject> answer, X509Certificate2? authority = null, string? service = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificates.Server)));
        webhook = builder.Build();
        webhook.Run(async context =>
        {
            var review = (await JsonNode.ParseAsync(context.Request.Body))!;
            reviews.Add(review);
            var response = answer(review);
            response["uid"] = review["request"]!["uid"]!.DeepClone();
            await context.Response.WriteAsync(new JsonObject { ["response"] = response }.ToJsonString());
        });
        await webhook.StartAsync(ClusterClient.Token);
        var url = new Uri(webhook.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        var client = await ClusterClient.StartAsync();
        var config = new JsonObject { ["caBundle"] = Convert.ToBase64String(Encoding.ASCII.GetBytes((authority ?? certificates.Authority).ExportCertificatePem())) };
        if (service is null)
        {
            config["url"] = url.AbsoluteUri;
        }
        else
        {
            client.Cluster.ForwardService("default", service, new IPEndPoint(IPAddress.Loopback, url.Port));
            config["service"] = new JsonObject { ["namespace"] = "default", ["name"] = service, ["path"] = "/mutate" };
        }

        var configuration = JsonNode.Parse($$"""
            {"metadata":{"name":"w"},"webhooks":[{"name":"w.example.com","sideEffects":"None","admissionReviewVersions":["v1"],"failurePolicy":"{{policy}}","timeoutSeconds":5,
            "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"]}],
            "matchConditions":[{"name":"asked","expression":"has(object.metadata.annotations) && 'example.com/run' in object.metadata.annotations"}]}]}
            """)!;
        configuration["webhooks"]![0]!["clientConfig"] = config;
        await client.CreateAsync("apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", configuration.ToJsonString());
        return client;
    }
}
