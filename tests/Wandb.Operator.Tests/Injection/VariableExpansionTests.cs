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

    /// <summary>Only what is the same in every container of the pod, and one part of a path, may stand in it.</summary>
    [Theory]
    [InlineData("/data/$(POD)", "/data/$(POD)", "POD")]
    [InlineData("/data/$(NAMED)/$(TEAM)", "/data/run-$(POD)/$(TEAM)", "POD TEAM")]
    [InlineData("$(A)/$$(POD)/$(POD)/$x$", "a/$$(POD)/$(POD)/$$x$$", "POD")]
    [InlineData("$(POD)$(UNKNOWN)", "$(POD)$$(UNKNOWN)", "POD")]
    [InlineData("/data/$(FOLD)", "/data/$(FOLD)", "FOLD")]
    [InlineData("/data/$(NOTE)", null, null)]
    [InlineData("/data/$(ADDRESS)", null, null)]
    [InlineData("/data/$(LIMIT)", null, null)]
    [InlineData("/data/$(MAP)/$(POD)", null, null)]
    [InlineData("/data/$(TWICE)", null, null)]
    public void Fields_of_the_pod_stay_in_a_value_that_is_a_path(string written, string? value, string? names)
    {
        static JsonObject From(string name, string source, string member, string key) =>
            new() { ["name"] = name, ["valueFrom"] = new JsonObject { [source] = new JsonObject { [member] = key } } };
        var container = Container(
            From("POD", "fieldRef", "fieldPath", "metadata.name"),
            From("TEAM", "fieldRef", "fieldPath", "metadata.labels['team']"),
            From("FOLD", "fieldRef", "fieldPath", "metadata.annotations['batch.kubernetes.io/job-completion-index']"),
            From("NOTE", "fieldRef", "fieldPath", "metadata.annotations['note']"),
            From("ADDRESS", "fieldRef", "fieldPath", "status.podIP"),
            From("LIMIT", "resourceFieldRef", "resource", "limits.cpu"),
            From("MAP", "configMapKeyRef", "name", "c"),
            From("TWICE", "fieldRef", "fieldPath", "metadata.name"),
            new JsonObject { ["name"] = "A", ["value"] = "a" },
            new JsonObject { ["name"] = "NAMED", ["value"] = "run-$(POD)" },
            new JsonObject { ["name"] = "X", ["value"] = written },
            From("TWICE", "fieldRef", "fieldPath", "metadata.uid"));

        Assert.Equal(value, VariableExpansion.WithFields(container, container.Variable("X")!, out var fields));
        Assert.Equal(names, value is null ? null : string.Join(' ', fields.Select(field => field.Name)));
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
