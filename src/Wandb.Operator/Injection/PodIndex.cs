using System.Globalization;

namespace Wandb.Operator.Injection;

/// <summary>Which of its like a pod is, as the controllers of training workloads write it into the pod.</summary>
internal sealed record PodIndex
{
    private const string CompletionIndexKey = "batch.kubernetes.io/job-completion-index";
    private const string JobSetReplica = "jobset.sigs.k8s.io/replicatedjob-name";
    private const string JobSetIndex = "jobset.sigs.k8s.io/job-index";
    private const string KubeflowType = "training.kubeflow.org/replica-type";
    private const string KubeflowIndex = "training.kubeflow.org/replica-index";
    private const string KubeflowRole = "training.kubeflow.org/job-role";
    private const string VolcanoTask = "volcano.sh/task-spec";
    private const string VolcanoIndex = "volcano.sh/task-index";
    private const string StatefulIndex = "apps.kubernetes.io/pod-index";

    // Of Volcano's plugin "env": its older versions write no index into labels.
    private const string VolcanoVariable = "VC_TASK_INDEX";

    /// <summary>Variables that name a process's rank among all, in the order in which they are believed.</summary>
    private static readonly string[] RankVariables =
        ["RANK", "PET_NODE_RANK", "NODE_RANK", "GROUP_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID", "TPU_WORKER_ID"];

    private static readonly string[] LocalRankVariables = ["LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID"];

    /// <summary>Labels and annotations that are read.</summary>
    public static readonly IReadOnlyList<string> Keys =
        [CompletionIndexKey, JobSetReplica, JobSetIndex, KubeflowType, KubeflowIndex, KubeflowRole, StatefulIndex, VolcanoTask, VolcanoIndex];

    /// <summary>Variables of containers that are read.</summary>
    public static readonly IReadOnlyList<string> Variables = [.. RankVariables, .. LocalRankVariables, VolcanoVariable];

    /// <summary>Completion index of an Indexed Job; null without one.</summary>
    public int? Completion { get; private init; }

    /// <summary>For people and names: e.g. <c>3</c>, <c>workers-1-3</c>; empty: the pod says nothing.</summary>
    public string Text { get; private init; } = "";

    /// <summary>A part of <see cref="Text"/> tells its Job from the others of a JobSet.</summary>
    public bool HasJobOfSet { get; private init; }

    /// <summary>Place among all pods of the training, or at least whether it is the first; null: not known.</summary>
    public int? Rank { get; private init; }

    /// <summary>Place among the processes of a node; null: not known.</summary>
    public int? LocalRank { get; private init; }

    /// <param name="pod">As its controller made it.</param>
    /// <param name="controller">Kind of that controller; null: a bare pod.</param>
    public static PodIndex Of(PodView pod, string? controller)
    {
        var completion = Number(pod.Annotations.GetValueOrDefault(CompletionIndexKey) ?? pod.Labels.GetValueOrDefault(CompletionIndexKey));
        var jobSetIndex = pod.Labels.GetValueOrDefault(JobSetIndex) ?? pod.Annotations.GetValueOrDefault(JobSetIndex);
        var kubeflowIndex = Number(pod.Labels.GetValueOrDefault(KubeflowIndex));
        var stateful = Number(pod.Labels.GetValueOrDefault(StatefulIndex));
        var replica = pod.Labels.GetValueOrDefault(JobSetReplica);
        // Kubeflow's operators name tasks for Volcano as well, and do not number them.
        var task = completion is null && jobSetIndex is null && kubeflowIndex is null ? TaskIndex(pod) : null;

        var parts = new List<string?>();
        if (jobSetIndex is not null)
            parts.AddRange([replica, jobSetIndex]);
        if (kubeflowIndex is not null)
            parts.Add(pod.Labels.GetValueOrDefault(KubeflowType)?.ToLowerInvariant());
        if (task is not null)
            parts.Add(LabelOrAnnotation(pod, VolcanoTask));
        parts.Add((completion ?? kubeflowIndex ?? stateful ?? task)?.ToString(CultureInfo.InvariantCulture));
        var rank = Variable(pod, RankVariables);
        if (parts.All(string.IsNullOrEmpty) && rank is not null)
            parts.Add(rank.Value.ToString(CultureInfo.InvariantCulture));

        return new PodIndex
        {
            Completion = completion,
            Text = string.Join('-', parts.Where(part => !string.IsNullOrEmpty(part))),
            HasJobOfSet = !string.IsNullOrEmpty(replica) && !string.IsNullOrEmpty(jobSetIndex),
            Rank = rank ?? (kubeflowIndex is { } number ? RankOfReplica(pod, controller, number) : RankOfIndex(completion ?? stateful, Number(jobSetIndex))),
            LocalRank = Variable(pod, LocalRankVariables),
        };
    }

    /// <summary>Of a pod of Kubeflow's operators whose rank no variable says (kubeflow/training-operator pkg/controller.v1).</summary>
    private static int? RankOfReplica(PodView pod, string? controller, int index)
    {
        var type = pod.Labels.GetValueOrDefault(KubeflowType)?.ToLowerInvariant();
        // The role is given to the one pod that counts as master: a worker where the kind has none, or this job has none.
        if (type is null or "master" or "chief" or "launcher" || pod.Labels.GetValueOrDefault(KubeflowRole) == "master")
            return index;
        return controller switch
        {
            // RANK is set wherever there is a master: without it the workers are all.
            "PyTorchJob" => index,
            // With a master, the workers' numbers begin at 1, and without one the first of them would have its role.
            "TFJob" => index + 1,
            _ => index == 0 && type == "worker" ? null : index + 1,
        };
    }

    // Only whether it is the first is known: how many pods each Job of the set has is not in the pod.
    private static int? RankOfIndex(int? completion, int? jobSetIndex) => jobSetIndex is null or 0 ? completion : Math.Max(1, jobSetIndex.Value);

    private static int? TaskIndex(PodView pod) => Number(LabelOrAnnotation(pod, VolcanoIndex)) ?? Variable(pod, [VolcanoVariable]);

    private static string? LabelOrAnnotation(PodView pod, string key) => pod.Labels.GetValueOrDefault(key) ?? pod.Annotations.GetValueOrDefault(key);

    private static int? Variable(PodView pod, string[] names) =>
        names.Select(name => pod.Containers.Select(container => Number(container.Variable(name)?.Literal)).FirstOrDefault(number => number is not null))
            .FirstOrDefault(number => number is not null);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
