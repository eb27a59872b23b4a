using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;

namespace Wandb.Chart.Tests;

/// <summary>No pod waits for us, is refused because of us, or is looked at without having asked.</summary>
public sealed class WebhookTests
{
    public WebhookTests() => ChartRenderer.Require();

    public static TheoryData<string> Values() => ChartValues.All();

    [Theory]
    [MemberData(nameof(Values))]
    public void Webhook_never_blocks(string values)
    {
        Assert.All(Webhooks(values), webhook =>
        {
            Assert.Equal("Ignore", webhook["failurePolicy"].Text());
            Assert.InRange(webhook["timeoutSeconds"]!.GetValue<long>(), 1, 3);
            Assert.Equal("NoneOnDryRun", webhook["sideEffects"].Text());
            Assert.Equal(["CREATE"], webhook["rules"].Items().SelectMany(rule => rule["operations"].Words()));
            Assert.All(webhook["rules"].Items(), rule => Assert.Equal("Namespaced", rule["scope"].Text()));
        });
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Webhook_is_asked_only_for_what_asks_for_it(string values) =>
        Assert.All(Webhooks(values), webhook => Assert.Contains($"'{InjectionKeys.Run}' in object.metadata.annotations", Assert.Single(webhook["matchConditions"].Items())["expression"].Text()));

    [Theory]
    [MemberData(nameof(Values))]
    public void Own_and_system_namespaces_are_left_out(string values) =>
        Assert.All(Webhooks(values), webhook =>
        {
            var excluded = webhook["namespaceSelector"]!["matchExpressions"].Items()
                .Where(one => one["key"].Text() == "kubernetes.io/metadata.name" && one["operator"].Text() == "NotIn").SelectMany(one => one["values"].Words());
            Assert.Equal(["kube-system", "kube-public", "kube-node-lease", ChartRenderer.Namespace], excluded);
        });

    [Fact]
    public void Namespaces_that_are_watched_are_the_only_ones_that_are_asked_about() =>
        Assert.All(Webhooks("namespaced"), webhook => Assert.Contains(
            webhook["namespaceSelector"]!["matchExpressions"].Items(),
            one => one["operator"].Text() == "In" && one["values"].Words().SequenceEqual(["team-a", "team-b"])));

    [Theory]
    [MemberData(nameof(Values))]
    public void Webhook_leads_to_the_service_and_the_paths_of_the_program(string values)
    {
        var service = ChartRenderer.Objects(values).The("Service");

        Assert.All(Webhooks(values), webhook => Assert.Equal([], Json.Missing("", new JsonObject
        {
            ["name"] = service.Name(),
            ["namespace"] = service.Namespace(),
            ["port"] = service["spec"]!["ports"]![0]!["port"]!.DeepClone(),
        }, webhook["clientConfig"]!["service"])));
        Assert.Equal([AdmissionEndpoint.PodPath, AdmissionEndpoint.JobPath], Webhooks(values).Select(webhook => webhook["clientConfig"]!["service"]!["path"].Text()));
    }

    [Fact]
    public void Bundle_is_left_to_whoever_keeps_the_certificate()
    {
        Assert.All(Webhooks("defaults").Concat(Webhooks("cert-manager")), webhook => Assert.Null(webhook["clientConfig"]!["caBundle"]));
        Assert.All(Webhooks("own-certificate"), webhook => Assert.Equal("LS0tLS1CRUdJTg==", webhook["clientConfig"]!["caBundle"].Text()));
    }

    [Theory]
    [InlineData("cert-manager", "wandb-operator-tls", "wandb-operator")]
    [InlineData("cert-manager-issuer", "operator-tls", "corporate")]
    public void With_cert_manager_its_certificate_is_mounted_and_its_authority_injected(string values, string secret, string issuer)
    {
        var objects = ChartRenderer.Objects(values);
        var certificate = Assert.Single(objects.Of("Certificate"), one => one["spec"]!["isCA"] is null);
        var annotation = objects.The("MutatingWebhookConfiguration")["metadata"]!["annotations"]!["cert-manager.io/inject-ca-from"];

        Assert.Equal($"{certificate.Namespace()}/{certificate.Name()}", annotation.Text());
        Assert.Equal((secret, issuer), (certificate["spec"]!["secretName"].Text(), certificate["spec"]!["issuerRef"]!["name"].Text()));
        Assert.Contains("wandb-operator.wandb-operator.svc", certificate["spec"]!["dnsNames"].Words());
        Assert.Contains(objects.PodTemplate()["spec"]!["volumes"].Items(), volume => (volume["secret"]?["secretName"]).Text() == secret);
        Assert.DoesNotContain(objects.The("Role")["rules"].Items(), rule => rule["resources"].Words().Contains("secrets"));
    }

    [Fact]
    public void Authority_of_cert_manager_is_renewed_with_its_key()
    {
        // The bundle of the API server changes before the replicas have their new certificate: with another key, admissions in between fail.
        var authority = Assert.Single(ChartRenderer.Objects("cert-manager").Of("Certificate"), one => one["spec"]!["isCA"] is not null);

        Assert.Equal("Never", authority["spec"]!["privateKey"]!["rotationPolicy"].Text());
    }

    private static IReadOnlyList<JsonObject> Webhooks(string values) => [.. ChartRenderer.Objects(values).The("MutatingWebhookConfiguration")["webhooks"].Items()];
}
