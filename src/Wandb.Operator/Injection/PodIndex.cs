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
    private const string StatefulIndex = "apps.kubernetes.io/pod-index";

    /// <summary>Variables that name a process's rank among all, in the order in which they are believed.</summary>
    private static readonly string[] RankVariables =
        ["RANK", "PET_NODE_RANK", "NODE_RANK", "GROUP_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID", "TPU_WORKER_ID"];

    private static readonly string[] LocalRankVariables = ["LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID"];

    /// <summary>Labels and annotations that are read.</summary>
    public static readonly IReadOnlyList<string> Keys = [CompletionIndexKey, JobSetReplica, JobSetIndex, KubeflowType, KubeflowIndex, StatefulIndex];

    /// <summary>Variables of containers that are read.</summary>
    public static readonly IReadOnlyList<string> Variables = [.. RankVariables, .. LocalRankVariables];

    /// <summary>Completion index of an Indexed Job; null without one.</summary>
    public int? Completion { get; private init; }

    /// <summary>For people and names: e.g. <c>3</c>, <c>workers-1-3</c>; empty: the pod says nothing.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Place among all pods of the training; null: not known.</summary>
    public int? Rank { get; private init; }

    /// <summary>Place among the processes of a node; null: not known.</summary>
    public int? LocalRank { get; private init; }

    public static PodIndex Of(PodView pod)
    {
        var completion = Number(pod.Annotations.GetValueOrDefault(CompletionIndexKey) ?? pod.Labels.GetValueOrDefault(CompletionIndexKey));
        var jobSetIndex = pod.Labels.GetValueOrDefault(JobSetIndex) ?? pod.Annotations.GetValueOrDefault(JobSetIndex);
        var kubeflowIndex = Number(pod.Labels.GetValueOrDefault(KubeflowIndex));
        var stateful = Number(pod.Labels.GetValueOrDefault(StatefulIndex));

        var parts = new List<string?>();
        if (jobSetIndex is not null)
            parts.AddRange([pod.Labels.GetValueOrDefault(JobSetReplica), jobSetIndex]);
        if (kubeflowIndex is not null)
            parts.Add(pod.Labels.GetValueOrDefault(KubeflowType)?.ToLowerInvariant());
        parts.Add((completion ?? kubeflowIndex ?? stateful)?.ToString(CultureInfo.InvariantCulture));
        var rank = Variable(pod, RankVariables);
        if (parts.All(string.IsNullOrEmpty) && rank is not null)
            parts.Add(rank.Value.ToString(CultureInfo.InvariantCulture));

        return new PodIndex
        {
            Completion = completion,
            Text = string.Join('-', parts.Where(part => !string.IsNullOrEmpty(part))),
            Rank = rank ?? RankOfIndex(pod, completion ?? stateful, Number(jobSetIndex), kubeflowIndex),
            LocalRank = Variable(pod, LocalRankVariables),
        };
    }

    private static int? RankOfIndex(PodView pod, int? completion, int? jobSetIndex, int? kubeflowIndex)
    {
        if (kubeflowIndex is not null)
        {
            // With a master, the workers' numbers begin at 1.
            var isFirstKind = pod.Labels.GetValueOrDefault(KubeflowType) is not { } type
                || type.Equals("master", StringComparison.OrdinalIgnoreCase) || type.Equals("chief", StringComparison.OrdinalIgnoreCase)
                || type.Equals("launcher", StringComparison.OrdinalIgnoreCase);
            return isFirstKind ? kubeflowIndex : kubeflowIndex + 1;
        }
        // Only whether it is the first is known: how many pods each Job of the set has is not in the pod.
        return jobSetIndex is null or 0 ? completion : Math.Max(1, jobSetIndex.Value);
    }

    private static int? Variable(PodView pod, string[] names) =>
        names.Select(name => pod.Containers.Select(container => Number(container.Variable(name)?.Literal)).FirstOrDefault(number => number is not null))
            .FirstOrDefault(number => number is not null);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
