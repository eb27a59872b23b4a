using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Tests.Injection;

public sealed class NodeTaintTests
{
    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"operator":"Exists"}""", true)]
    [InlineData("""{"operator":"Exists","effect":"NoSchedule"}""", true)]
    [InlineData("""{"operator":"Exists","effect":"NoExecute"}""", false)]
    [InlineData("""{"key":"pool","operator":"Exists"}""", true)]
    [InlineData("""{"key":"other","operator":"Exists"}""", false)]
    [InlineData("""{"key":"pool","value":"gpu"}""", true)]
    [InlineData("""{"key":"pool","operator":"Equal","value":"gpu","effect":"NoSchedule"}""", true)]
    [InlineData("""{"key":"pool","operator":"Equal","value":"cpu"}""", false)]
    [InlineData("""{"key":"pool"}""", false)]
    [InlineData("""{"key":"pool","operator":"Gt","value":"3"}""", true)]
    public void Toleration_bears_key_value_and_effect_or_what_it_does_not_name(string toleration, bool isTolerated) =>
        Assert.Equal(isTolerated, new NodeTaint("pool", "gpu", "NoSchedule").IsToleratedBy(JsonNode.Parse(toleration)!.AsObject()));

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"taints":[{"key":"a","value":"b","effect":"NoExecute"},{"key":"c","effect":"PreferNoSchedule"}]}""", "a=b:NoExecute")]
    [InlineData("""{"taints":[{"key":"node.kubernetes.io/memory-pressure","effect":"NoSchedule"},{"key":"node.cloudprovider.kubernetes.io/uninitialized","effect":"NoSchedule"}]}""", "")]
    [InlineData("""{"taints":[{"key":"node.kubernetes.io/unschedulable","effect":"NoSchedule"}]}""", "node.kubernetes.io/unschedulable=:NoSchedule")]
    [InlineData("""{"unschedulable":true}""", "node.kubernetes.io/unschedulable=:NoSchedule")]
    public void Taints_that_keep_pods_off_and_stay_count(string spec, string taints) =>
        Assert.Equal(taints, string.Join(' ', NodeTaint.HardOnes(new JsonObject { ["spec"] = JsonNode.Parse(spec) }).Select(taint => $"{taint.Key}={taint.Value}:{taint.Effect}")));
}
