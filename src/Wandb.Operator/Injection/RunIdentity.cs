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
    // 16 hexadecimal digits: 64 bits, so that ids of one project never meet.
    private const int IdLength = 16;
    private const string JobSetUid = "jobset.sigs.k8s.io/jobset-uid";

    /// <param name="subject">The pod.</param>
    /// <param name="container">Null: the pod has only one.</param>
    /// <param name="warning">Why there is none although it was asked for.</param>
    public static Setting<string>? Of(InjectionSubject subject, string? container, out Problem? warning)
    {
        var (settings, index) = (subject.Settings, subject.Index);
        warning = null;
        if (settings.Id is { } id)
            return id with { Value = Joined(id.Value, index.Text, container ?? "") };
        if (settings.Resume is not { Value: not ResumeMode.Never } resume)
            return null;
        if (Identity(subject) is not { } identity)
        {
            warning = new Problem(
                ProblemReasons.Limited,
                "resume is asked for, but nothing tells this pod from its siblings, so that one run id would merge their runs; use an Indexed Job, or set WANDB_RUN_ID");
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

    private static string? Identity(InjectionSubject subject)
    {
        var (pod, owners) = (subject.Pod, subject.Owners);
        var top = pod.Labels.GetValueOrDefault(JobSetUid) ?? owners.LastOrDefault(owner => owner.Uid.Length > 0)?.Uid;
        if (top is null)
            return owners.Count == 0 && pod.Name.Length > 0 ? $"{subject.Namespace}/{pod.Name}" : null;
        // A Job that is not Indexed has one pod at a time, unless the Job webhook saw that it has several.
        var isAlone = owners is [{ Kind: "Job" }, ..] && !pod.Annotations.ContainsKey(InjectionKeys.Parallel);
        // A CronJob's Jobs are runs of their own, while a JobSet makes its Jobs anew when it starts over.
        if (owners is [{ Kind: "Job", Uid.Length: > 0 } job, { Kind: "CronJob" }, ..])
            top = job.Uid;
        return subject.Index.Text.Length > 0 || isAlone ? top : null;
    }

    private static string Joined(params string[] parts) => string.Join('-', parts.Where(part => part.Length > 0));
}
