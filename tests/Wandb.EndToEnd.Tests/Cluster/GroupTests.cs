using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Operator.Manifests;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>Cross-validations: one group, whose figures nobody has to collect.</summary>
public sealed class GroupTests(ScenarioClusters clusters)
{
    private const int Folds = 5;

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Five_jobs_with_a_shared_label_are_one_group(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "folds");
        await scenario.ApplyAsync(Workload.Run("folds", $"folds: {Folds}, summaryMetrics: [loss]"));
        for (var fold = 0; fold < Folds; fold++)
            await scenario.ApplyAsync(scenario.Job($"fold-{fold}", $"--rows 50 --rate 0 --fold {fold}", run: "folds", labels: "wandb-operator.io/group: five"));

        for (var fold = 0; fold < Folds; fold++)
            await scenario.UntilJobAsync($"fold-{fold}");

        await AssertGroupAsync(scenario, "folds", "five", "loss");
    }

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Sample_of_an_indexed_job_is_one_group_with_a_name_for_each_fold(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "kfold");
        foreach (var document in YamlDocuments.Read(new StringReader(Manifests.Read("samples/kfold"))))
            await scenario.ApplyAsync(WithTrainer(document.AsObject(), scenario).ToJsonString());

        await scenario.UntilJobAsync("mnist-kfold");

        var run = await AssertGroupAsync(scenario, "mnist-kfold", "mnist-kfold", "accuracy", "loss");
        Assert.Equal(Enumerable.Range(0, Folds).Select(fold => (long?)fold), run.Runs.Select(entry => entry.Number("index")).Order());
        Assert.All(run.Runs, entry => Assert.Equal($"mnist-kfold-fold-{entry.Number("index")}", entry.Text("name")));
        Assert.All(scenario.Backend.Runs(), one => Assert.Equal("adam", (string)one.Config("optimizer")!));
    }

    /// <summary>The sample's own manifests, with the trainer of these tests in place of Python.</summary>
    private static JsonObject WithTrainer(JsonObject document, Scenario scenario)
    {
        foreach (var container in document.Objects("spec", "template", "spec", "containers"))
        {
            container.Remove("command");
            foreach (var (name, value) in scenario.Cluster.Trainer.Container("--rows 50 --rate 0"))
                container[name] = value?.DeepClone();
        }
        return document;
    }

    private static async Task<RunView> AssertGroupAsync(Scenario scenario, string name, string group, params string[] metrics)
    {
        var run = await scenario.UntilRunAsync(name, run => run.Is("Synced"), "is Synced");
        scenario.AssertRowsOnce();
        var server = scenario.Backend.Runs();
        Assert.Equal(Enumerable.Repeat((50, true, group), Folds), server.Select(one => (one.Steps().Count, (bool)one["complete"]!, (string)one.Bucket()["groupName"]!)));
        Assert.Equal((5, 5, 5), (run.Count("total"), run.Count("finished"), run.Count("synced")));
        Assert.All(run.Runs, entry => Assert.Equal(64, entry.Text("receiptDigest")?.Length));
        var told = Assert.Single(run.Groups);
        Assert.Equal((group, 5, 5, 0, 5), (told.Text("name"), told.Number("expected"), told.Number("finished"), told.Number("failed"), told.Number("synced")));
        foreach (var metric in metrics)
        {
            double[] values = [.. server.Select(one => (double)one["summary"]![metric]!)];
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
            var entry = told.Objects("metrics").Single(one => one.Text("name") == metric);
            Assert.Equal(5, entry.Number("n"));
            Assert.Equal(mean, Figure(entry, "mean"), 9);
            Assert.Equal(deviation, Figure(entry, "standardDeviation"), 9);
            Assert.True(deviation > 0, "the folds differ");
        }
        return run;
    }

    private static double Figure(JsonObject metric, string name) => double.Parse(metric.Text(name)!, CultureInfo.InvariantCulture);
}
