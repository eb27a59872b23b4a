using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Injection;

/// <summary>What is above a pod decides its name and, with <c>resume</c>, its run id. The chains are those that the controllers of each kind make.</summary>
public sealed class OwnerChainTests
{
    private const string Index = "batch.kubernetes.io/job-completion-index";
    private const string SetLabels = "jobset.sigs.k8s.io/jobset-name=llm jobset.sigs.k8s.io/jobset-uid=set1 jobset.sigs.k8s.io/replicatedjob-name=workers jobset.sigs.k8s.io/job-index=";

    /// <summary>
    /// Owners (kind, name, UID; of a Job maybe that it is parallel or not known), the pod's labels, its name; then the run's name, and what the run id depends on
    /// ("": there is none).
    /// </summary>
    public static TheoryData<string, string, string, string, string> Chains() => new()
    {
        { "", "", "alone", "alone", "n/alone||" },
        { "", "", "", "made", "" },
        { "Job/train/j1", "", "", "train", "j1||" },
        { "Job/train/j1", $"{Index}=3", "", "train-3", "j1|3|" },
        { "Job/train/j1/parallel", "", "", "train", "" },
        { "Job/train/j1/unknown", "", "", "train", "" },
        { "Job/train/j1/unknown", $"{InjectionKeys.Run}=r", "", "train", "j1||" },
        { "Job/train/j1/unknown", $"{Index}=3", "", "train-3", "j1|3|" },
        { "VolcanoJob/bert/v1", $"{InjectionKeys.Run}=r", "bert-worker-2", "bert", "" },
        { "VolcanoJob/bert/v1", "volcano.sh/task-spec=worker volcano.sh/task-index=2", "bert-worker-2", "bert-worker-2", "v1|worker-2|" },
        // Steps of a workflow, and Jobs of a kind of the user's, are works of their own.
        { "Job/first/j1 Workflow/flow/w1", "", "", "first", "j1||" },
        { "Job/second/j2 Workflow/flow/w1", "", "", "second", "j2||" },
        { "Job/fold-1/j1 AppWrapper/folds/a1", "", "", "fold-1", "j1||" },
        { "Job/other/j1 OtherJobSet/llm/set1", "", "", "other", "j1||" },
        { "Job/llm-workers-1/j1/parallel JobSet/llm/set1", $"{SetLabels}1", "", "llm-workers-1", "" },
        { "Job/llm-workers-1/j1 JobSet/llm/set1", $"{SetLabels}1", "", "llm-workers-1", "set1|workers-1|" },
        { "Job/llm-workers-1/j1 JobSet/llm/set1", "jobset.sigs.k8s.io/jobset-name=llm jobset.sigs.k8s.io/replicatedjob-name=workers jobset.sigs.k8s.io/job-index=1", "", "llm-workers-1", "set1|workers-1|" },
        { "Job/nightly-28/j1 CronJob/nightly/c1", "", "", "nightly-28", "j1||" },
        { "Job/nightly-28/j1 CronJob/nightly/c1", $"{Index}=3", "", "nightly-28-3", "j1|3|" },
        { "Job/llm-workers-1/j1 JobSet/llm/set1", $"{SetLabels}1 {Index}=3", "", "llm-workers-1-3", "set1|workers-1-3|" },
        // A TrainJob makes a JobSet.
        { "Job/llm-node-0/j1 JobSet/llm/set1", "jobset.sigs.k8s.io/jobset-name=llm jobset.sigs.k8s.io/jobset-uid=set1 jobset.sigs.k8s.io/replicatedjob-name=node jobset.sigs.k8s.io/job-index=0 " + Index + "=1", "", "llm-node-0-1", "set1|node-0-1|" },
        { "PyTorchJob/bert/p1", "training.kubeflow.org/replica-type=Worker training.kubeflow.org/replica-index=2", "bert-worker-2", "bert-worker-2", "p1|worker-2|" },
        { "RayCluster/ray-x/r1", "ray.io/node-type=head", "", "ray-x", "" },
        { "Workflow/flow/w1", "workflows.argoproj.io/workflow=flow", "flow-main-1", "flow", "" },
        { "StatefulSet/db/s1", "apps.kubernetes.io/pod-index=4", "db-4", "db-4", "s1|4|" },
        { "ReplicaSet/d-1/s1", "", "", "d-1", "" },
        { "Job/train/", "", "", "train", "" },
    };

    [Theory]
    [MemberData(nameof(Chains))]
    public void Run_is_named_and_told_apart_by_what_is_above_its_pod(string owners, string labels, string pod, string name, string identity)
    {
        var patch = Decide(owners, labels, pod);

        var trainer = new PodView(JsonPatch.Apply(Pod(labels, pod), patch.Operations)).Containers.Single();
        Assert.Equal(name, trainer.Variable("WANDB_NAME")?.Literal);
        Assert.Equal(identity.Length == 0 ? null : IdOf(identity), trainer.Variable("WANDB_RUN_ID")?.Literal);
        Assert.Equal(identity.Length == 0, patch.Warnings.Any(warning => warning.Message.StartsWith("resume is asked for", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Job/train/j1", "g-of-job")]
    [InlineData("Job/train/j1 JobSet/llm/set1", "g-of-job")]
    [InlineData("PyTorchJob/bert/p1", null)]
    public void Group_comes_from_the_label_of_the_Job_and_of_nothing_above(string owners, string? group)
    {
        var patch = Decide(owners, "", "");

        Assert.Equal(group, new PodView(JsonPatch.Apply(Pod("", ""), patch.Operations)).Containers.Single().Variable("WANDB_RUN_GROUP")?.Literal);
    }

    private static string IdOf(string identity) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(identity.Replace('|', '\n'))))[..16];

    private static AdmissionDecision.Patch Decide(string owners, string labels, string pod) => Assert.IsType<AdmissionDecision.Patch>(PodAdmission.Decide(Pod(labels, pod), new PodSurroundings
    {
        Namespace = "n",
        Owners = [.. owners.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(owner => owner.Split('/')).Select(parts => new PodOwner
        {
            Kind = parts[0] switch { "VolcanoJob" => "Job", "OtherJobSet" => "JobSet", var kind => kind },
            ApiVersion = parts[0] switch { "Job" => "batch/v1", "JobSet" => "jobset.x-k8s.io/v1alpha2", "VolcanoJob" => "batch.volcano.sh/v1alpha1", _ => "example.com/v1" },
            Name = parts[1],
            Uid = parts[2],
            Labels = parts[0] == "Job" ? new Dictionary<string, string> { [InjectionKeys.Group] = "g-of-job" } : new Dictionary<string, string>(),
            TellsPodsApart = parts[0] != "Job" || parts.Contains("unknown") ? null : !parts.Contains("parallel"),
        })],
        Run = new WandbRun { Metadata = new ObjectMeta { Name = "r" }, Spec = new WandbRunSpec { Project = "p", NameTemplate = "{job}-{index}", Resume = ResumeMode.Allow } },
        Defaults = new OperatorDefaults { AgentImage = "agent:1" },
    }));

    private static JsonObject Pod(string labels, string name)
    {
        var metadata = new JsonObject { ["annotations"] = new JsonObject { [InjectionKeys.Run] = "r" } };
        metadata[name.Length > 0 ? "name" : "generateName"] = name.Length > 0 ? name : "made-";
        metadata["labels"] = new JsonObject(labels.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(label => label.Split('=')).Select(parts => KeyValuePair.Create(parts[0], (JsonNode?)parts[1])));
        return new JsonObject { ["metadata"] = metadata, ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "trainer", ["image"] = "i" }) } };
    }
}
