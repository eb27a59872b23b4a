using System.Text.Json.Nodes;
using Wandb.Operator.Commands;

namespace Wandb.Operator.Tests.Commands;

public sealed class ExplainCommandTests
{
    private const string Run = "apiVersion: wandb-operator.io/v1alpha1\nkind: WandbRun\nmetadata: {name: r}\nspec: {project: p}\n---\n";

    private const string Asks = "metadata: {annotations: {wandb-operator.io/run: r}}\nspec: {containers: [{name: c, image: i}]}";

    // The sandbox brings its run files along, in a folder without manifests.
    public static TheoryData<string> Samples() =>
    [
        .. Directory.EnumerateDirectories(Path.Combine(AppContext.BaseDirectory, "samples"))
            .Where(folder => Directory.EnumerateFiles(folder, "*.yaml").Any())
            .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Every_pod_of_a_sample_is_injected(string folder)
    {
        var files = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "samples", folder), "*.yaml").SelectMany(file => new[] { "-f", file });

        var (status, output, error) = await Explain("", [.. files]);

        Assert.Equal((0, ""), (status, error));
        Assert.Contains("injected: WandbRun", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Limited", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_patch_and_where_each_value_comes_from()
    {
        var (status, output, _) = await Explain(Run + "apiVersion: v1\nkind: Pod\n" + Asks, "-f", "-", "--output", "json");

        var pod = Assert.Single(JsonNode.Parse(output)!.AsArray())!;
        Assert.Equal(0, status);
        Assert.Equal("inject", (string)pod["decision"]!);
        var project = pod["containers"]![0]!["variables"]!.AsArray().Single(variable => (string)variable!["name"]! == "WANDB_PROJECT")!;
        Assert.Equal(("p", "WandbRun r"), ((string)project["value"]!, (string)project["from"]!));
        Assert.All(pod["patch"]!.AsArray(), operation => Assert.Equal("add", (string)operation!["op"]!));
    }

    [Fact]
    public async Task Hook_is_named_and_its_text_left_out()
    {
        var (status, output, _) = await Explain(Run.Replace("project: p", "project: p, pythonHook: true", StringComparison.Ordinal) + "apiVersion: v1\nkind: Pod\n" + Asks, "-f", "-");

        Assert.Equal(0, status);
        Assert.Contains("\n  python hook: mounted, found by PYTHONPATH\n", output, StringComparison.Ordinal);
        Assert.Matches("\n    PYTHONPATH +/wandb-operator/python +WandbRun r\n", output);
        Assert.Contains("add /metadata/annotations/wandb-operator.io~1python-hook  (text of sitecustomize.py)\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("import signal", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_that_has_everything_already_gets_nothing()
    {
        var (status, output, error) = await Explain(
            Run.Replace("project: p", "project: p, mode: disabled", StringComparison.Ordinal) + "apiVersion: v1\nkind: Pod\n"
            + Asks.Replace("image: i", "image: i, env: [{name: WANDB_MODE, value: disabled}]", StringComparison.Ordinal),
            "-f", "-");

        Assert.Equal((0, ""), (status, error));
        Assert.Contains("\n  Variables of container c\n    none: the container has them already\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_of_the_user_is_not_shown()
    {
        const string Profile = "apiVersion: wandb-operator.io/v1alpha1\nkind: WandbProfile\nmetadata: {name: default}\nspec: {proxy: {httpsProxy: 'http://proxy:3128'}}\n---\n";
        var (status, output, _) = await Explain(
            Run.Replace("project: p", "project: p, mode: online", StringComparison.Ordinal) + Profile + "apiVersion: v1\nkind: Pod\n"
            + Asks.Replace("image: i", "image: i, env: [{name: WANDB_HTTPS_PROXY, value: 'http://me:hunter2@mine:3128'}]", StringComparison.Ordinal),
            "-f", "-");

        Assert.Equal(0, status);
        Assert.Matches("\n    WANDB_HTTPS_PROXY +\\(the user's\\) +the user's, kept\n", output);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_that_asks_and_is_not_injected_ends_with_2()
    {
        var (status, output, _) = await Explain("apiVersion: v1\nkind: Pod\n" + Asks, "-f", "-");

        Assert.Equal(2, status);
        Assert.Contains("NOT INJECTED, the pod starts without:\n  RunMissing: there is no WandbRun r in namespace default", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [", 1, "explain: -: line")]
    [InlineData("kind: WandbRun\nspec: {pythonHook: \"yes\"}", 1, "explain: -: spec.pythonHook is \"yes\", which its kind does not take there")]
    [InlineData("kind: WandbRun\nspec: {agent: {resources: {limits: [1]}}}", 1, "explain: -: spec.agent.resources.limits: requests and limits are maps of resource to quantity")]
    [InlineData("kind: WandbRun\nspec: {tags: [a, {b: c}]}", 1, "explain: -: spec.tags[1] is what its kind does not take there")]
    [InlineData("a: 1\na: 2", 1, "'a' stands there twice")]
    [InlineData("kind: WandbRun\nmetadata: {name: r}\nspec: {mode: ofline}", 1, "explain: -: spec.mode is \"ofline\", which its kind does not take there")]
    [InlineData("kind: WandbRun\nmetadata: {name: r}\nspec: {projct: p}", 1, "explain: -: spec.projct is no field of its kind")]
    [InlineData("kind: WandbProfile\nmetadata: {name: r}\nspec: {agent: {imge: p}}", 1, "explain: -: spec.agent.imge is no field of its kind")]
    [InlineData("kind: List\nitems: [{kind: WandbRun, metadata: {name: r}, spec: {sync: {polcy: Live}}}]", 1, "explain: -: spec.sync.polcy is no field of its kind")]
    [InlineData("kind: WandbRun\nspec: {project: p}", 1, "explain: -: the manifest lacks 'metadata'")]
    [InlineData("kind: ConfigMap\nmetadata: {name: c}", 2, "hold no pod and no pod template")]
    public async Task Manifest_that_is_of_no_use_is_told(string yaml, int expected, string told)
    {
        var (status, _, error) = await Explain(yaml, "-f", "-");

        Assert.Equal(expected, status);
        Assert.Contains(told, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("project: of-the-chart\napiKeySecretRef: {name: k}\n", 0, "WANDB_PROJECT", "of-the-chart")]
    [InlineData("projct: p\n", 1, "defaults ", "projct is no field of its kind")]
    public async Task Defaults_of_the_chart_are_the_weakest_layer(string defaults, int expected, string told, string value)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, defaults, TestContext.Current.CancellationToken);
        try
        {
            var (status, output, error) = await Explain(Run.Replace("{project: p}", "{}", StringComparison.Ordinal) + "kind: Pod\n" + Asks, "-f", "-", "--defaults", file);

            Assert.Equal(expected, status);
            Assert.Contains((output + error).Split('\n'), line => line.Contains(told, StringComparison.Ordinal) && line.Contains(value, StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("-f", "samples")]
    [InlineData("-f", "-", "--defaults", "samples")]
    public async Task Folder_in_place_of_a_file_is_told(params string[] arguments)
    {
        var (status, _, error) = await Explain("", [.. arguments.Select(argument => argument == "samples" ? Path.Combine(AppContext.BaseDirectory, argument) : argument)]);

        Assert.Equal(1, status);
        Assert.Contains("samples: it is a directory, not a file", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_not_there_is_told()
    {
        var (status, _, error) = await Explain("", "-f", "/nowhere/pod.yaml");

        Assert.Equal(1, status);
        Assert.StartsWith("wandb-operator explain: /nowhere/pod.yaml: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_of_another_namespace_do_not_count()
    {
        var (status, _, _) = await Explain(Run.Replace("{name: r}", "{name: r, namespace: b}", StringComparison.Ordinal) + "kind: Pod\n" + Asks, "-f", "-", "-n", "a");

        Assert.Equal(2, status);
    }

    [Theory]
    [InlineData("kind: Deployment\nmetadata: {name: d}\nspec: {template: {ASKS}}", "Deployment d, spec.template")]
    [InlineData("kind: StatefulSet\nmetadata: {name: d}\nspec: {template: {ASKS}}", "StatefulSet d, spec.template")]
    [InlineData("kind: MPIJob\nmetadata: {name: d}\nspec: {mpiReplicaSpecs: {Launcher: {template: {ASKS}}}}", "MPIJob d, spec.mpiReplicaSpecs.Launcher.template")]
    [InlineData("kind: List\nitems: [{kind: Pod, ASKS}]", "Pod unnamed")]
    public async Task Pods_of_any_kind_are_found(string yaml, string where)
    {
        const string asks = "metadata: {annotations: {wandb-operator.io/run: r}}, spec: {containers: [{name: c, image: i}]}";

        var (status, output, _) = await Explain(Run + yaml.Replace("ASKS", asks, StringComparison.Ordinal), "-f", "-");

        Assert.Equal(0, status);
        Assert.StartsWith(where, output, StringComparison.Ordinal);
    }

    /// <summary>As kubectl reads them.</summary>
    [Theory]
    [InlineData("x: &base {a: b, wandb-operator.io/run: other}\n---\n{}\n---\nkind: Pod\ndefaults: &asks {wandb-operator.io/run: other, a: b}\nmetadata:\n  name: p\n  annotations:\n    <<: *asks\n    wandb-operator.io/run: r\nspec: {containers: [{name: c, image: i}]}")]
    [InlineData("kind: Pod\none: &one {wandb-operator.io/run: r}\ntwo: &two {wandb-operator.io/run: other}\nmetadata: {name: p, annotations: {<<: [*one, *two]}}\nspec: {containers: [{name: c, image: i}]}")]
    [InlineData("\uFEFFkind: Pod\r\nmetadata:\r\n  name: p\r\n  annotations:\r\n    wandb-operator.io/run: r\r\nspec:\r\n  containers:\r\n  - name: c\r\n    image: i\r\n")]
    [InlineData("{\n\t\"kind\": \"Pod\",\n\t\"metadata\": {\n\t\t\"name\": \"p\", \"labels\": {},\n\t\t\"annotations\": {\"wandb-operator.io\\/run\": \"r\", \"mood\": \"\\ud83d\\ude42\"}\n\t},\n\t\"spec\": {\"containers\": [{\"name\": \"c\", \"image\": \"i\"}]}\n}\n")]
    public async Task Manifest_may_be_written_in_any_way(string manifest)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, manifest, TestContext.Current.CancellationToken);
        try
        {
            var (status, output, error) = await Explain(Run, "-f", "-", "-f", file);
            var (again, same, _) = await Explain(manifest, "-f", "-", "-f", Path.Combine(AppContext.BaseDirectory, "samples", "kfold", "run.yaml"));

            Assert.Equal((0, ""), (status, error));
            Assert.StartsWith("Pod p (namespace default)\n  injected: WandbRun r,", output, StringComparison.Ordinal);
            Assert.Equal(2, again);
            Assert.Contains("there is no WandbRun r", same, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A program that somebody runs on what others have sent him must not die of it.</summary>
    [Theory]
    [InlineData("deep", "it is nested deeper than 256 levels")]
    [InlineData("wide", "with what its aliases stand for, it has more than 1000000 values")]
    [InlineData("a: *b", "there is no anchor 'b'")]
    [InlineData("a: &a [*a]", "there is no anchor 'a'")]
    public async Task Manifest_without_end_is_told(string manifest, string told)
    {
        var yaml = manifest switch
        {
            "deep" => new string('[', 20_000),
            "wide" => "a: &a [x]\n" + string.Concat("bcdefghi".Select(letter => $"{letter}: &{letter} [{string.Join(',', Enumerable.Repeat($"*{(char)(letter - 1)}", 9))}]\n")),
            _ => manifest,
        };

        var (status, _, error) = await Explain(yaml, "-f", "-");

        Assert.Equal(1, status);
        Assert.Contains(told, error, StringComparison.Ordinal);
    }

    /// <summary>The API server takes text alone there, and YAML makes something else of what has no quotes.</summary>
    [Theory]
    [InlineData("annotations: {wandb-operator.io/run: r, wandb-operator.io/required: true}", "metadata.annotations.wandb-operator.io/required is true; a text is needed there, in quotes")]
    [InlineData("annotations: {wandb-operator.io/run: 5}", "metadata.annotations.wandb-operator.io/run is 5; a text is needed there, in quotes")]
    [InlineData("annotations: {wandb-operator.io/run: r}, labels: {fold: 1}", "metadata.labels.fold is 1; a text is needed there, in quotes")]
    public async Task Annotation_that_is_no_text_is_told(string metadata, string told)
    {
        foreach (var pod in new[] { $"kind: Pod\nmetadata: {{{metadata}}}\nspec: {{containers: [{{name: c, image: i}}]}}", $"kind: Deployment\nmetadata: {{name: d}}\nspec: {{template: {{metadata: {{{metadata}}}, spec: {{containers: [{{name: c, image: i}}]}}}}}}", $"kind: Job\nmetadata: {{{metadata}}}\nspec: {{template: {{spec: {{containers: [{{name: c, image: i}}]}}}}}}" })
        {
            var (status, _, error) = await Explain(Run + pod, "-f", "-");

            Assert.Equal(1, status);
            Assert.Contains(told, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Several_documents_of_JSON_are_read_one_after_the_other()
    {
        const string manifests = """
            {"kind": "WandbRun", "metadata": {"name": "r"}, "spec": {"project": "p"}}
            {"kind": "Pod", "metadata": {"name": "p", "annotations": {"wandb-operator.io/run": "r"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
            """;

        var (status, output, error) = await Explain(manifests, "-f", "-");

        Assert.Equal((0, ""), (status, error));
        Assert.StartsWith("Pod p (namespace default)\n  injected: WandbRun r,", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no command is given; there are: serve, check, explain")]
    [InlineData("Option '--filename' is required.", "explain")]
    public async Task Wrong_usage_is_told(string told, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var status = await OperatorCommandLine.InvokeAsync(args, new Dictionary<string, string?>(), TextReader.Null, output, error, TestContext.Current.CancellationToken);

        Assert.Equal(1, status);
        Assert.Contains(told, error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Output, string Error)> Explain(string input, params string[] args)
    {
        using var text = new StringReader(input);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var status = await OperatorCommandLine.InvokeAsync(["explain", .. args], new Dictionary<string, string?>(), text, output, error, TestContext.Current.CancellationToken);
        return (status, output.ToString(), error.ToString());
    }
}
