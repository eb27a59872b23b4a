using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Tests.Injection;

/// <summary>As the kubelet does it (kubernetes/kubernetes third_party/forked/golang/expansion).</summary>
public sealed class VariableExpansionTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$(A)", "a")]
    [InlineData("x$(A)y$(A)", "xaya")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$a")]
    [InlineData("$(UNKNOWN)", "$(UNKNOWN)")]
    [InlineData("$(LATER)", "$(LATER)")]
    [InlineData("$A", "$A")]
    [InlineData("$", "$")]
    [InlineData("$(A", "$(A")]
    [InlineData("$(REF)", null)]
    public void Value_is_what_the_kubelet_makes_of_it(string written, string? value)
    {
        var container = Container(
            new JsonObject { ["name"] = "A", ["value"] = "a" },
            new JsonObject { ["name"] = "REF", ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject() } },
            new JsonObject { ["name"] = "X", ["value"] = written },
            new JsonObject { ["name"] = "LATER", ["value"] = "later" });

        Assert.Equal(value, VariableExpansion.Value(container, container.Variable("X")!));
    }

    [Theory]
    [InlineData("costs $(USD)")]
    [InlineData("$$$$ and $")]
    [InlineData("$(")]
    [InlineData("a$b$(c)$$(d)")]
    public void Text_that_we_add_arrives_as_it_is(string text)
    {
        var container = Container(new JsonObject { ["name"] = "USD", ["value"] = "dollars" }, new EnvValue.Text(text).ToEntry("X"));

        Assert.Equal(text, VariableExpansion.Value(container, container.Variable("X")!));
    }

    private static ContainerView Container(params JsonNode[] env) => new(new JsonObject { ["name"] = "c", ["env"] = new JsonArray(env) }, 0);
}
