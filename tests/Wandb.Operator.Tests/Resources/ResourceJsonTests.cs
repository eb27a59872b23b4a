using System.Text.Json;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Resources;

public sealed class ResourceJsonTests
{
    [Fact]
    public void Object_without_a_spec_has_an_empty_one()
    {
        var run = JsonSerializer.Deserialize("""{"metadata":{"name":"r"}}""", OperatorJson.Default.WandbRun)!;
        var profile = JsonSerializer.Deserialize("""{"metadata":{"name":"p"}}""", OperatorJson.Default.WandbProfile)!;

        Assert.Equal(("r", new WandbRunSpec()), (run.Metadata.Name, run.Spec));
        Assert.Equal((ResourceNames.ApiVersion, WandbRun.KindName), (run.ApiVersion, run.Kind));
        Assert.Equal(new WandbProfileSpec(), profile.Spec);
    }

    [Fact]
    public void Key_of_a_reference_has_a_default()
    {
        var spec = JsonSerializer.Deserialize("""{"metadata":{"name":"r"},"spec":{"apiKeySecretRef":{"name":"s"}}}""", OperatorJson.Default.WandbRun)!.Spec;

        Assert.Equal("api-key", spec.ApiKeySecretRef!.KeyOrDefault);
    }

    [Fact]
    public void Quantities_may_be_numbers()
    {
        const string json = """{"metadata":{"name":"r"},"spec":{"agent":{"resources":{"limits":{"cpu":1,"memory":"1Gi"}}},"storage":{"emptyDir":{"sizeLimit":1024}}}}""";

        var spec = JsonSerializer.Deserialize(json, OperatorJson.Default.WandbRun)!.Spec;

        Assert.Equal(["cpu=1", "memory=1Gi"], spec.Agent!.Resources!.Limits!.Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Equal("1024", spec.Storage!.EmptyDir!.SizeLimit);
    }

    [Fact]
    public void What_nobody_said_is_not_written() =>
        Assert.Equal(
            """{"apiVersion":"wandb-operator.io/v1alpha1","kind":"WandbRun","metadata":{"name":"r","namespace":""},"spec":{"mode":"offline"}}""",
            JsonSerializer.Serialize(
                new WandbRun { Metadata = new ObjectMeta { Name = "r" }, Spec = new WandbRunSpec { Mode = RunMode.Offline } }, OperatorJson.Default.WandbRun));
}
