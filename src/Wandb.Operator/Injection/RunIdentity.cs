using System.Security.Cryptography;
using System.Text;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>
/// Run ids, only where <c>resume</c> or <c>id</c> asks: a fixed id merges the runs of a script that calls <c>wandb.init()</c> in a loop.
/// A stable id comes from what stays when a pod is replaced: the owner's UID, the pod's index and the container.
/// </summary>
internal static class RunIdentity
{
    public const string Variable = "WANDB_RUN_ID";

    // 16 hexadecimal digits: 64 bits, so that ids of one project never meet.
    private const int IdLength = 16;
    private const string JobSetUid = "jobset.sigs.k8s.io/jobset-uid";

    /// <param name="subject">The pod.</param>
    /// <param name="container">Null: the pod has only one.</param>
    /// <param name="warning">Why there is none although it was asked for, or why the one that is asked for may be that of other pods as well.</param>
    public static Setting<string>? Of(InjectionSubject subject, string? container, out Problem? warning)
    {
        var (settings, index) = (subject.Settings, subject.Index);
        warning = null;
        if (settings.Id is { } id)
        {
            warning = Shared(subject, id);
            return id with { Value = Joined(id.Value, index.Text, container ?? "") };
        }
        if (settings.Resume is not { Value: not ResumeMode.Never } resume)
            return null;
        if (Identity(subject) is not { } identity)
        {
            warning = new Problem(
                ProblemReasons.Limited,
                $"resume is asked for, but nothing tells this pod from its siblings, so that one run id would merge their runs; use an Indexed Job, or set {Variable}");
            return null;
        }
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{identity}\n{index.Text}\n{container}"));
        return new Setting<string>(Convert.ToHexStringLower(hash)[..IdLength], resume.Origin);
    }

    /// <summary>An id that was given may be too long with what makes it the pod's own.</summary>
    public static Problem? TooLong(InjectionSubject subject, IReadOnlyList<ContainerView> chosen) =>
        subject.Settings.Id is not { } id || RunValues.Id(id.Value) is not null ? null : chosen
            .Select(container => Joined(id.Value, subject.Index.Text, chosen.Count > 1 ? container.Name : ""))
            .Where(static joined => RunValues.Id(joined) is not null)
            .Select(joined => new Problem(ProblemReasons.BadValue, $"id ({id.Origin}), with what tells pods and containers apart, {RunValues.Id(joined)}"))
            .FirstOrDefault();

    /// <summary>Mode <c>shared</c> is made for several writers of one run; in the others each overwrites what the rest have written.</summary>
    private static Problem? Shared(InjectionSubject subject, Setting<string> id)
    {
        if (subject.Settings.Mode.Value == RunMode.Shared)
            return null;
        var why = subject.Owners.Count > 0 && !IsToldApart(subject) ? "nothing tells this pod from its siblings"
            : subject.Index.Text.Length > 0 ? null
            : subject.OtherJob is { } job ? $"the pods of Job {job} have it as well"
            : subject.Run.Spec.Folds is > 1 and var folds ? $"folds is {folds}, and this pod has no index"
            : null;
        return why is null ? null : new Problem(
            ProblemReasons.Limited, $"id ({id.Origin}) is '{id.Value}', and {why}: pods that write one run at the same time overwrite each other's rows; use an Indexed Job, or a WandbRun for each");
    }

    /// <returns>Null: nothing that stays tells the pod from its siblings.</returns>
    private static string? Identity(InjectionSubject subject)
    {
        if (!IsToldApart(subject))
            return null;
        if (subject.Owners is not [var owner, ..])
            return $"{subject.Namespace}/{subject.Pod.Name}";
        var uid = UidOfSet(subject) ?? owner.Uid;
        return uid.Length > 0 ? uid : null;
    }

    /// <summary>
    /// A JobSet makes its Jobs anew when it starts over, and numbers them. Of what else owns Jobs (a CronJob, a workflow, a kind of the user's) it is not known
    /// whether they are the same work again: each of them is a work of its own.
    /// </summary>
    private static string? UidOfSet(InjectionSubject subject) => !subject.Index.HasJobOfSet ? null
        : subject.Pod.Labels.GetValueOrDefault(JobSetUid) ?? subject.Owners.FirstOrDefault(owner => owner is { IsJobSet: true, Uid.Length: > 0 })?.Uid;

    private static bool IsToldApart(InjectionSubject subject) => subject.Owners switch
    {
        [] => subject.Pod.Name.Length > 0,
        // The number of a JobSet is its Job's, and a RANK in the template is that of all its pods.
        [{ IsJob: true } job, ..] => subject.Index.Completion is not null || HasOnePodAtATime(subject.Pod, job),
        [{ Kind: "ReplicaSet" or "DaemonSet" or "ReplicationController" }, ..] => false,
        _ => subject.Index.Text.Length > 0,
    };

    /// <summary>Without the Job itself it is known from its webhook, which has written its label and the number of pods, if there are several, into the template.</summary>
    private static bool HasOnePodAtATime(PodView pod, PodOwner job) =>
        !pod.Annotations.ContainsKey(InjectionKeys.Parallel) && (job.TellsPodsApart ?? pod.Labels.ContainsKey(InjectionKeys.Run));

    private static string Joined(params string[] parts) => string.Join('-', parts.Where(part => part.Length > 0));
}
