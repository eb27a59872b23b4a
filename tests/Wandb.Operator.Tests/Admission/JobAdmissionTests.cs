using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Manifests;

namespace Wandb.Operator.Tests.Admission;

public sealed class JobAdmissionTests
{
    private const string Containers = "spec: {containers: [{name: c, image: i}]}";

    [Fact]
    public void Job_without_annotation_is_left_alone() =>
        Assert.IsType<AdmissionDecision.Allow>(JobAdmission.Decide(Job("metadata: {labels: {wandb-operator.io/group: g}}", Containers)));

    [Fact]
    public void Annotations_and_group_label_reach_the_pod_template()
    {
        var template = Template(
            """
            metadata:
              labels: {wandb-operator.io/group: g, app: x}
              annotations: {wandb-operator.io/run: r, wandb-operator.io/tags: a, wandb-operator.io/required: "true", other: y}
            """,
            "metadata: {labels: {app: y}}\n" + Containers);

        Assert.Equal(["wandb-operator.io/run=r", "wandb-operator.io/tags=a", "wandb-operator.io/required=true"], Pairs(template, "annotations"));
        Assert.Equal(["app=y", "wandb-operator.io/group=g", "wandb-operator.io/run=r"], Pairs(template, "labels"));
    }

    [Fact]
    public void What_the_template_says_stays()
    {
        var template = Template(
            "metadata: {labels: {wandb-operator.io/group: job}, annotations: {wandb-operator.io/run: job, wandb-operator.io/job-type: job}}",
            "metadata: {labels: {wandb-operator.io/job-type: pod}, annotations: {wandb-operator.io/run: pod, wandb-operator.io/group: pod}}\n" + Containers);

        Assert.Equal(["wandb-operator.io/run=pod", "wandb-operator.io/group=pod"], Pairs(template, "annotations"));
        Assert.Equal(["wandb-operator.io/job-type=pod", "wandb-operator.io/run=pod"], Pairs(template, "labels"));
    }

    [Fact]
    public void Template_that_asks_itself_gets_the_label_by_which_its_pods_are_found()
    {
        var template = Template("metadata: {name: j}", "metadata: {annotations: {wandb-operator.io/run: r}}\n" + Containers);

        Assert.Equal(["wandb-operator.io/run=r"], Pairs(template, "labels"));
    }

    [Theory]
    [InlineData("metadata: {name: j, annotations: {wandb-operator.io/run: r}}", "r")]
    [InlineData("metadata: {name: j, labels: {app: x}, annotations: {wandb-operator.io/run: r}}", "r")]
    [InlineData("metadata: {name: j, labels: {wandb-operator.io/run: mine}, annotations: {wandb-operator.io/run: r}}", "mine")]
    public void Job_gets_the_label_by_which_it_is_found(string metadata, string label)
    {
        var job = Job(metadata, Containers);
        var patched = JsonPatch.Apply(job, Assert.IsType<AdmissionDecision.Patch>(JobAdmission.Decide(job)).Operations);

        var labels = JsonRead.Texts(patched["metadata"]!["labels"]);
        Assert.Equal(label, labels[InjectionKeys.Run]);
        Assert.Equal(JsonRead.Texts(job["metadata"]!["labels"]).GetValueOrDefault("app"), labels.GetValueOrDefault("app"));
    }

    [Theory]
    [InlineData("parallelism: 4", "4")]
    [InlineData("completions: 3", "3")]
    [InlineData("parallelism: 1", null)]
    [InlineData("completions: 4\n  parallelism: 4\n  completionMode: Indexed", null)]
    public void Job_whose_pods_nothing_tells_apart_says_how_many_it_has(string spec, string? number)
    {
        var job = Job($"metadata: {{annotations: {{wandb-operator.io/run: r}}}}\nspec:\n  {spec}", Containers);
        var patched = JsonPatch.Apply(job, Assert.IsType<AdmissionDecision.Patch>(JobAdmission.Decide(job)).Operations);

        Assert.Equal(number, JsonRead.Text(patched["spec"]!["template"]!["metadata"]!["annotations"]![InjectionKeys.Parallel]));
    }

    [Fact]
    public void The_second_time_changes_nothing()
    {
        var job = Job("metadata: {labels: {wandb-operator.io/group: g}, annotations: {wandb-operator.io/run: r}}\nspec: {parallelism: 2}", Containers);
        var patched = JsonPatch.Apply(job, Assert.IsType<AdmissionDecision.Patch>(JobAdmission.Decide(job)).Operations);

        Assert.IsType<AdmissionDecision.Allow>(JobAdmission.Decide(patched));
    }

    private static JsonObject Template(string job, string template)
    {
        var json = Job(job, template);
        var patch = Assert.IsType<AdmissionDecision.Patch>(JobAdmission.Decide(json));
        return JsonPatch.Apply(json, patch.Operations)["spec"]!["template"]!.AsObject();
    }

    private static IEnumerable<string> Pairs(JsonObject template, string map) =>
        JsonRead.Texts(template["metadata"]![map]).Select(pair => $"{pair.Key}={pair.Value}");

    private static JsonObject Job(string yaml, string template)
    {
        var job = Yaml(yaml);
        if (job["spec"] is not JsonObject spec)
            job["spec"] = spec = [];
        spec["template"] = Yaml(template);
        return job;
    }

    private static JsonObject Yaml(string text)
    {
        using var reader = new StringReader(text);
        return Assert.Single(YamlDocuments.Read(reader)).AsObject();
    }
}
