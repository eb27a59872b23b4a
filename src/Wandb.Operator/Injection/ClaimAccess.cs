using System.Text.Json.Nodes;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>Whether trainers may write to the claim that holds their runs, as far as the manifest says.</summary>
internal static class ClaimAccess
{
    /// <summary>The kubelet gives a volume to a group for <c>fsGroup</c> alone. Empty, or one.</summary>
    public static IEnumerable<Problem> Warnings(PodView pod, IReadOnlyList<ContainerView> chosen, Setting<StorageSettings>? storage)
    {
        if (storage?.Value.PersistentVolumeClaim is not { } claim || pod.SecurityContext["fsGroup"] is not null || HasGroups(pod))
            yield break;
        var others = chosen
            .Select(container => (container.Name, User: JsonRead.Number(container.SecurityContext?["runAsUser"]) ?? JsonRead.Number(pod.SecurityContext["runAsUser"])))
            .Where(trainer => trainer.User is not null and not 0)
            .Select(trainer => $"container {trainer.Name} runs as user {trainer.User}")
            .ToList();
        if (others.Count == 0)
            yield break;
        yield return new Problem(
            ProblemReasons.Limited,
            $"the runs go to claim {claim.ClaimName} ({storage.Origin}), and {string.Join(", ", others)}, without fsGroup or supplementalGroups: most claims belong to root. Where it cannot be written, the SDK puts its runs "
            + "into a temporary directory without a word, and they go with the pod; set securityContext.fsGroup of the pod, if the claim is not that user's");
    }

    private static bool HasGroups(PodView pod) => pod.SecurityContext["supplementalGroups"] is JsonArray { Count: > 0 };
}
