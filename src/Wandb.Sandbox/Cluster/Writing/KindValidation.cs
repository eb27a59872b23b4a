using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Schema;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>What is refused. Of the kinds that are built in: what an injected pod or a Job can get wrong.</summary>
internal static class KindValidation
{
    /// <param name="before">Null for a new object.</param>
    public static IReadOnlyList<FieldProblem> Validate(ResourceKind kind, JsonObject node, JsonObject? before)
    {
        var problems = new List<FieldProblem>(ObjectIdentity.Validate(node, kind));
        if (kind.Schema is { } schema)
        {
            problems.AddRange(SchemaValidation.Validate(node, schema));
            problems.AddRange(SchemaRules.AreHidden(problems) ? [SchemaRules.Hidden] : SchemaRules.Check(node, before, schema));
            return problems;
        }

        switch (kind.Kind)
        {
            case "Pod":
                Pod(node["spec"], "spec", problems);
                PodUpdate(node, before, problems);
                break;
            case "Job":
                Pod(node.At("spec", "template", "spec"), "spec.template.spec", problems);
                Job(node, before, problems);
                break;
            case "Deployment":
                Pod(node.At("spec", "template", "spec"), "spec.template.spec", problems);
                Deployment(node, before, problems);
                break;
            case "CustomResourceDefinition":
                Definition(node, problems);
                break;
        }

        return problems;
    }

    private static void Pod(JsonNode? spec, string path, List<FieldProblem> problems)
    {
        if (!spec.Objects("containers").Any())
        {
            problems.Add(FieldProblem.Required(path + ".containers"));
        }

        var volumes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (volume, index) in spec.Objects("volumes").Select((volume, index) => (volume, index)))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}.volumes[{index}]");
            problems.AddRange(volumes.Add(volume.Text("name") ?? "") ? [] : [FieldProblem.Duplicate(place + ".name", volume.Text("name") ?? "")]);
            problems.AddRange(volume.Count > 2 ? [FieldProblem.Forbidden(place, "may not specify more than 1 volume type")] : []);
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in new[] { "initContainers", "containers" })
        {
            foreach (var (container, index) in spec.Objects(list).Select((container, index) => (container, index)))
            {
                Container(container, string.Create(CultureInfo.InvariantCulture, $"{path}.{list}[{index}]"), names, volumes, problems);
            }
        }
    }

    private static void Container(JsonObject container, string path, HashSet<string> names, HashSet<string> volumes, List<FieldProblem> problems)
    {
        var name = container.Text("name") ?? "";
        problems.AddRange(name.Length == 0 ? [FieldProblem.Required(path + ".name")]
            : NameRules.ProblemOfName(name, isLabel: true) is { } wrong ? [FieldProblem.Invalid(path + ".name", name, wrong)]
            : !names.Add(name) ? [FieldProblem.Duplicate(path + ".name", name)] : []);
        problems.AddRange(string.IsNullOrEmpty(container.Text("image")) ? [FieldProblem.Required(path + ".image")] : []);
        foreach (var (variable, index) in container.Objects("env").Select((variable, index) => (variable, index)))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}.env[{index}]");
            problems.AddRange(string.IsNullOrEmpty(variable.Text("name")) ? [FieldProblem.Required(place + ".name")] : []);
            problems.AddRange(variable["valueFrom"] is not null && !string.IsNullOrEmpty(variable.Text("value"))
                ? [FieldProblem.Invalid(place + ".valueFrom", "", "may not be specified when `value` is not empty")] : []);
        }

        var mounts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (mount, index) in container.Objects("volumeMounts").Select((mount, index) => (mount, index)))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}.volumeMounts[{index}]");
            var mountPath = mount.Text("mountPath") ?? "";
            problems.AddRange(volumes.Contains(mount.Text("name") ?? "") ? [] : [FieldProblem.NotFound(place + ".name", mount.Text("name") ?? "")]);
            problems.AddRange(mountPath.Length == 0 ? [FieldProblem.Required(place + ".mountPath")]
                : mounts.Add(mountPath) ? [] : [FieldProblem.Invalid(place + ".mountPath", mountPath, "must be unique")]);
        }
    }

    private static void PodUpdate(JsonObject node, JsonObject? before, List<FieldProblem> problems)
    {
        if (before is not null && !JsonNode.DeepEquals(Fixed(node), Fixed(before)))
        {
            problems.Add(FieldProblem.Forbidden("spec", "pod updates may not change fields other than `spec.containers[*].image`,"
                + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"));
        }
    }

    // The spec without what may change. A pod is bound to its node once.
    private static JsonObject Fixed(JsonObject pod)
    {
        var spec = (pod["spec"] as JsonObject)?.Copy() ?? [];
        foreach (var container in spec.Objects("initContainers").Concat(spec.Objects("containers")))
        {
            container.Remove("image");
        }

        spec.Remove("activeDeadlineSeconds");
        spec.Remove("tolerations");
        spec.Remove("nodeName");
        return spec;
    }

    private static void Job(JsonObject node, JsonObject? before, List<FieldProblem> problems)
    {
        if (node.Text("spec", "template", "spec", "restartPolicy") is not ("Never" or "OnFailure") and var policy)
        {
            problems.Add(FieldProblem.NotSupported("spec.template.spec.restartPolicy", policy, ["OnFailure", "Never"]));
        }

        if (node.Text("spec", "completionMode") == "Indexed" && node.Number("spec", "completions") is null)
        {
            problems.Add(FieldProblem.Required("spec.completions", "when completion mode is Indexed"));
        }

        if (before is not null && !JsonNode.DeepEquals(node.At("spec", "template"), before.At("spec", "template")))
        {
            problems.Add(FieldProblem.Invalid("spec.template", "…", "field is immutable"));
        }
    }

    private static void Deployment(JsonObject node, JsonObject? before, List<FieldProblem> problems)
    {
        var labels = node.Pairs("spec", "template", "metadata", "labels").ToDictionary(StringComparer.Ordinal);
        if (node.At("spec", "selector") is not JsonObject selector)
        {
            problems.Add(FieldProblem.Required("spec.selector"));
        }
        else if (!LabelSelector.Of(selector).Matches(labels))
        {
            problems.Add(FieldProblem.Invalid("spec.template.metadata.labels", node.At("spec", "template", "metadata", "labels"), "`selector` does not match template `labels`"));
        }

        if (node.Text("spec", "template", "spec", "restartPolicy") is not "Always" and var policy)
        {
            problems.Add(FieldProblem.NotSupported("spec.template.spec.restartPolicy", policy, ["Always"]));
        }

        if (before is not null && !JsonNode.DeepEquals(node.At("spec", "selector"), before.At("spec", "selector")))
        {
            problems.Add(FieldProblem.Invalid("spec.selector", node.At("spec", "selector"), "field is immutable"));
        }
    }

    private static void Definition(JsonObject node, List<FieldProblem> problems)
    {
        var wanted = $"{node.Text("spec", "names", "plural")}.{node.Text("spec", "group")}";
        problems.AddRange(node.Name() == wanted ? [] : [FieldProblem.Invalid("metadata.name", node.Name(), $"must be spec.names.plural+\".\"+spec.group")]);
        problems.AddRange(node.Objects("spec", "versions").Count(version => version.Flag("storage")) == 1
            ? [] : [FieldProblem.Invalid("spec.versions", node.At("spec", "versions"), "must have exactly one version marked as storage version")]);
        foreach (var (version, index) in node.Objects("spec", "versions").Select((version, index) => (version, index)))
        {
            problems.AddRange(version.At("schema", "openAPIV3Schema") is JsonObject
                ? [] : [FieldProblem.Required(string.Create(CultureInfo.InvariantCulture, $"spec.versions[{index}].schema.openAPIV3Schema"), "schemas are required")]);
            problems.AddRange(SchemaRules.Install(
                version.At("schema", "openAPIV3Schema") as JsonObject ?? [], string.Create(CultureInfo.InvariantCulture, $"spec.versions[{index}].schema.openAPIV3Schema")));
        }
    }
}
