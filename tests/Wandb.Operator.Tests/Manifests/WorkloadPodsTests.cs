using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Manifests;

namespace Wandb.Operator.Tests.Manifests;

/// <summary>Offline, pods are shown as the controllers of their kinds make them, as far as an admission looks at that.</summary>
public sealed class WorkloadPodsTests
{
    private const string Asks = "metadata: {annotations: {wandb-operator.io/run: r}}, spec: {containers: [{name: c, image: i}]}";
    private static readonly string[] NoPods = [];

    /// <summary>Which of the pods log with <c>ranks: zero</c>.</summary>
    [Theory]
    [InlineData("kind: PyTorchJob\nspec: {pytorchReplicaSpecs: {Master: {template: {ASKS}}, Worker: {template: {ASKS}}}}", "Master")]
    [InlineData("kind: PyTorchJob\nspec: {pytorchReplicaSpecs: {Worker: {template: {ASKS}}}}", "Worker")]
    [InlineData("kind: TFJob\nspec: {tfReplicaSpecs: {Worker: {template: {ASKS}}, Chief: {template: {ASKS}}}}", "Chief")]
    [InlineData("kind: TFJob\nspec: {tfReplicaSpecs: {PS: {template: {ASKS}}, Worker: {template: {ASKS}}}}", "Worker")]
    public void First_pod_logs(string manifest, string expected) =>
        Assert.Equal([expected], Plans(manifest, "ranks: zero").Where(pod => pod.Plan.Agent is not null).Select(pod => pod.Where.Split('.')[^2]));

    [Theory]
    [InlineData("apiVersion: batch/v1\nkind: Job\nspec: {template: {ASKS}}", true)]
    [InlineData("apiVersion: batch/v1\nkind: Job\nspec: {parallelism: 4, template: {ASKS}}", false)]
    [InlineData("apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {ASKS}}}}", true)]
    [InlineData("apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {parallelism: 4, template: {ASKS}}}}", false)]
    // Its webhook makes Jobs Indexed that say nothing.
    [InlineData("apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nspec: {replicatedJobs: [{name: w, template: {spec: {parallelism: 4, template: {ASKS}}}}]}", true)]
    [InlineData("apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nspec: {replicatedJobs: [{name: w, template: {spec: {parallelism: 4, completionMode: NonIndexed, template: {ASKS}}}}]}", false)]
    [InlineData("apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nspec: {tasks: [{name: w, replicas: 4, template: {ASKS}}]}", true)]
    public void Run_goes_on_in_the_next_pod_where_pods_are_told_apart(string manifest, bool hasId)
    {
        var (_, plan) = Assert.Single(Plans(manifest, "resume: allow"));

        Assert.Equal(hasId, plan.Containers[0].Variables.Added.Any(variable => variable.Name == "WANDB_RUN_ID"));
    }

    [Theory]
    [InlineData("id: best", "fold-2 fold-1")]
    [InlineData("resume: allow", "")]
    public void Jobs_that_share_an_id_are_told(string spec, string others)
    {
        const string job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: NAME}\nspec: {template: {ASKS}}\n";

        var plans = Plans(job.Replace("NAME", "fold-1", StringComparison.Ordinal) + "---\n" + job.Replace("NAME", "fold-2", StringComparison.Ordinal), spec);

        Assert.Equal(
            others.Length == 0 ? NoPods : [.. others.Split(' ').Select(other => $"id (WandbRun r) is 'best', and the pods of Job {other} have it as well: pods that write one run at the same time overwrite each other's rows; use an Indexed Job, or a WandbRun for each")],
            plans.SelectMany(pod => pod.Plan.Warnings).Select(warning => warning.Message));
    }

    private static List<(string Where, InjectionPlan Plan)> Plans(string manifests, string spec)
    {
        var set = new ManifestSet();
        using var text = new StringReader(
            $"apiVersion: wandb-operator.io/v1alpha1\nkind: WandbRun\nmetadata: {{name: r}}\nspec: {{project: p, {spec}}}\n---\n" + manifests.Replace("ASKS", Asks, StringComparison.Ordinal));
        foreach (var document in YamlDocuments.Read(text))
            set.Add(document, "n");
        return [.. set.Pods.Select(pod =>
        {
            var around = set.Around(pod.Namespace, pod.Pod, new OperatorDefaults { AgentImage = "agent:1" });
            return (pod.Pod.Where, Assert.IsType<AdmissionDecision.Patch>(PodAdmission.Decide(pod.Pod.Pod, around)).Plan!);
        })];
    }
}
