using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Wandb.Operator.Commands;
using Wandb.Operator.Serving;

namespace Wandb.Chart.Tests;

/// <summary>The chart beside the other files of the repository that say the same.</summary>
public sealed partial class ChartTests
{
    public ChartTests() => ChartRenderer.Require();

    public static TheoryData<string> Values() => ChartValues.All();

    [Fact]
    public void Default_values_give_what_the_plain_manifests_give()
    {
        var chart = ChartRenderer.Objects("defaults");
        var different = new List<string>();
        foreach (var plain in Repository.Manifests("deploy").Where(one => one.Kind() != "Namespace"))
        {
            var same = chart.SingleOrDefault(one => one.Kind() == plain.Kind() && one.Name() == plain.Name() && one.Namespace() == plain.Namespace());
            // Text, with remarks of its own; both mean that nothing is set.
            if (plain.Kind() == "ConfigMap")
                plain.Remove("data");
            different.AddRange(same is null ? [$"{plain.Kind()} {plain.Name()} is not in the chart"] : Json.Missing($"{plain.Kind()} {plain.Name()}", plain, same));
        }

        Assert.Equal([], different);
    }

    [Fact]
    public void Kinds_are_those_of_the_repository() =>
        Assert.All(Directory.GetFiles(Repository.Path("crds")), file =>
            Assert.Equal(File.ReadAllText(file), File.ReadAllText(Path.Combine(Repository.Chart, "crds", Path.GetFileName(file)))));

    [Fact]
    public void Settings_in_values_have_the_fields_of_a_profile()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Chart, "values.schema.json")))!["definitions"]!["settings"]!;
        var profile = Repository.Manifests("crds").Single(crd => crd.Name().StartsWith("wandbprofiles", StringComparison.Ordinal));

        Assert.Equal(
            Fields("", profile["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!).Order(StringComparer.Ordinal),
            Fields("", schema).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void List_of_images_names_what_is_pulled()
    {
        var container = Assert.Single(ChartRenderer.Objects("defaults").PodTemplate()["spec"]!["containers"].Items());
        var agent = container["args"].Words().Single(argument => argument.StartsWith("--agent-image=", StringComparison.Ordinal)).Split('=')[1];

        Assert.Equal([container["image"].Text(), agent], File.ReadAllLines(Path.Combine(Repository.Chart, "images.txt")));
    }

    [Fact]
    public void Images_come_from_a_mirror_and_by_digest()
    {
        var spec = ChartRenderer.Objects("mirror").PodTemplate()["spec"]!;
        var container = Assert.Single(spec["containers"].Items());

        Assert.Equal("registry.corp.example:5000/mirror/wandb-operator/wandb-operator@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", container["image"].Text());
        Assert.Contains("--agent-image=registry.corp.example:5000/mirror/wandb-operator/wandb-agent:0.1.1", container["args"].Words());
        Assert.Equal(["--agent-pull-secret=registry-corp", "--agent-pull-secret=other"], container["args"].Words().Where(one => one.Contains("pull", StringComparison.Ordinal)));
        Assert.Equal(["registry-corp"], spec["imagePullSecrets"].Items().Select(secret => secret["name"].Text()));
    }

    [Fact]
    public void Versions_are_those_of_the_program()
    {
        var metadata = Assert.Single(Repository.Documents(File.ReadAllText(Path.Combine(Repository.Chart, "Chart.yaml"))));
        var program = typeof(OperatorCommandLine).Assembly.GetName().Version!.ToString(3);

        Assert.Equal((program, program), (metadata["version"].Text(), metadata["appVersion"].Text()));
        Assert.Contains($"/wandb-agent:{program}\n", File.ReadAllText(Repository.Path("samples/air-gapped/drain.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_reach_the_program_and_other_ones_restart_it()
    {
        var objects = ChartRenderer.Objects("everything");
        var map = objects.Of("ConfigMap").Single(one => one.Name() == "w-defaults");
        var settings = Assert.Single(Repository.Documents(map["data"]!["defaults.yaml"].Text()));

        Assert.Equal(("research", "token"), (settings["entity"].Text(), settings["apiKeySecretRef"]!["key"].Text()));
        Assert.Equal(["cluster-a", "007"], settings["tags"].Words());
        Assert.NotEqual(Checksum(objects), Checksum(ChartRenderer.Objects("defaults")));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Program_reads_the_defaults_that_it_is_given(string values)
    {
        var map = ChartRenderer.Objects(values).Of("ConfigMap").SingleOrDefault(one => one["data"]?["defaults.yaml"] is not null);
        if (map is null)
            return;
        var file = Path.GetTempFileName();
        File.WriteAllText(file, map["data"]!["defaults.yaml"].Text());
        try
        {
            Assert.Null(Operator.Serving.DefaultsFile.Read(file).Problem);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Program_knows_the_flags_and_variables_that_it_is_given(string values)
    {
        var container = Assert.Single(ChartRenderer.Objects(values).PodTemplate()["spec"]!["containers"].Items());
        var flags = container["args"].Words().Skip(1).Select(argument => argument.Split('=')[0]);
        var variables = container["env"].Items().Select(entry => entry["name"].Text()).Where(name => name.StartsWith(Operator.OperatorOptions.EnvironmentPrefix, StringComparison.Ordinal));

        Assert.Equal([], flags.Except(ServeSetting.All.Select(setting => "--" + setting.Name)));
        Assert.Equal([], variables.Except(ServeSetting.All.Select(setting => setting.Variable)));
        Assert.Equal("serve", container["args"].Words().First());
    }

    [Fact]
    public void Monitors_scrape_what_the_program_serves()
    {
        var objects = ChartRenderer.Objects("everything");
        var pods = Assert.Single(objects.The("PodMonitor")["spec"]!["podMetricsEndpoints"].Items());
        var service = Assert.Single(objects.The("ServiceMonitor")["spec"]!["endpoints"].Items());

        Assert.All(new[] { pods, service }, endpoint => Assert.Equal((MetricsEndpoint.Path, "health"), (endpoint["path"].Text(), endpoint["port"].Text())));
        Assert.Contains(objects.The("Service")["spec"]!["ports"].Items(), port => port["name"].Text() == "health");
        Assert.Single(ChartRenderer.Objects("defaults").The("Service")["spec"]!["ports"].Items());
    }

    [Fact]
    public void One_replica_needs_no_budget_that_would_keep_its_node() => Assert.Empty(ChartRenderer.Objects("single").Of("PodDisruptionBudget"));

    [Theory]
    [MemberData(nameof(Values))]
    public void Notes_tell_what_to_do_next(string values)
    {
        var notes = ChartRenderer.Notes(values);
        var objects = ChartRenderer.Objects(values);

        Assert.Contains($"rollout status deployment/{objects.The("Deployment").Name()}", notes, StringComparison.Ordinal);
        Assert.Contains($"get mutatingwebhookconfiguration {objects.The("MutatingWebhookConfiguration").Name()} ", notes, StringComparison.Ordinal);
        Assert.DoesNotMatch("<no value>|<nil>|map\\[", notes);
    }

    [Fact]
    public void Notes_name_the_secret_that_the_defaults_name() =>
        Assert.Contains("create secret generic research-key --from-literal=token=...", ChartRenderer.Notes("everything"), StringComparison.Ordinal);

    [Fact]
    public void Alert_has_a_runbook()
    {
        var runbooks = HeadingPattern().Matches(File.ReadAllText(Repository.Path("docs", "runbooks.md"))).Select(heading => heading.Groups[1].Value);
        var alerts = ChartRenderer.Objects("everything").The("PrometheusRule")["spec"]!["groups"].Items().SelectMany(group => group["rules"].Items()).ToList();

        Assert.Equal(alerts.Select(alert => alert["alert"].Text()), runbooks);
        Assert.All(alerts, alert => Assert.EndsWith("#" + alert["alert"].Text().ToLowerInvariant(), alert["annotations"]!["runbook_url"].Text(), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Helm_renders_the_same(string values)
    {
        if (!ChartRenderer.HasHelm)
            Assert.Skip("helm is not on the path");

        Assert.Equal(Sorted(ChartRenderer.ObjectsOfHelm(values)), Sorted(ChartRenderer.All(values)));
    }

    private static string Checksum(IEnumerable<JsonObject> objects) => objects.PodTemplate()["metadata"]!["annotations"]!["checksum/defaults"].Text();

    private static IEnumerable<string> Sorted(IEnumerable<JsonObject> objects) => objects.Select(one => one.ToJsonString()).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Fields(string path, JsonNode schema) =>
        (schema["properties"] as JsonObject ?? []).SelectMany(field => Fields($"{path}.{field.Key}", field.Value!).Prepend($"{path}.{field.Key}"));

    [GeneratedRegex("^## (\\w+)$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();
}
