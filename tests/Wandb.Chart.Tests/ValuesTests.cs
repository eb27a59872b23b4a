namespace Wandb.Chart.Tests;

/// <summary>What is wrong is refused, with a sentence that names it, before anything is installed.</summary>
public sealed class ValuesTests
{
    public ValuesTests() => ChartRenderer.Require();

    [Theory]
    [InlineData("replica=3", "replica is not allowed")]
    [InlineData("image.tagg=1", "tagg is not allowed")]
    [InlineData("webhook.failurePolicy=Fail", "failurePolicy is not allowed")]
    [InlineData("defaults.projekt=x", "projekt is not allowed")]
    [InlineData("defaults.sync.policy=Sometimes", "defaults.sync.policy")]
    [InlineData("defaults.mode=off", "defaults.mode")]
    [InlineData("defaults.env.WANDB-CONSOLE=wrap", "WANDB-CONSOLE is not allowed")]
    [InlineData("defaults.env.PATH=/bin", "PATH is not allowed")]
    [InlineData("replicas=two", "replicas: Invalid type")]
    [InlineData("logLevel=loud", "logLevel")]
    [InlineData("rbac.scope=everything", "rbac.scope")]
    [InlineData("image.digest=latest", "image.digest")]
    [InlineData("fullnameOverride=Not_a_name", "fullnameOverride")]
    [InlineData("service.port=0", "service.port")]
    [InlineData("imageRegistry=https://registry.example", "imageRegistry")]
    [InlineData("runAsUser=0", "runAsUser")]
    public void Value_that_is_none_is_refused_by_its_name(string set, string told) =>
        Assert.Contains(told, ChartRenderer.Refusal("--set", set), StringComparison.Ordinal);

    [Theory]
    [InlineData("rbac.scope is namespaced: name the namespaces in watchNamespaces", "rbac.scope=namespaced")]
    [InlineData("name the Secret of its certificate in certificates.secretName", "webhook.caBundle=LS0t")]
    [InlineData("give webhook.caBundle, too", "certificates.secretName=tls")]
    [InlineData("would keep nodes from being drained", "podDisruptionBudget.minAvailable=2")]
    [InlineData("serviceAccount.name is needed", "serviceAccount.create=false")]
    public void Values_that_do_not_go_together_are_refused_with_a_sentence(string told, string set) =>
        Assert.Contains(told, ChartRenderer.Refusal("--set", set), StringComparison.Ordinal);

    [Fact]
    public void Clusters_without_native_sidecars_are_refused() =>
        Assert.Contains("incompatible with Kubernetes v1.28.9", ChartRenderer.Refusal("--kube-version", "v1.28.9"), StringComparison.Ordinal);

    [Fact]
    public void Own_namespace_cannot_be_watched()
    {
        var values = Path.GetTempFileName();
        try
        {
            File.WriteAllText(values, $"watchNamespaces: [{ChartRenderer.Namespace}]");
            Assert.Contains("the operator's own namespace", ChartRenderer.Refusal("--values", values), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(values);
        }
    }
}
