using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Admission;

/// <summary>
/// The level <c>restricted</c> of Pod Security, as far as namespaces enforce it; the other levels let everything pass here.
/// Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted.
/// </summary>
internal static class PodSecurity
{
    private const string Label = "pod-security.kubernetes.io/enforce";
    private const string Restricted = "restricted";

    private static readonly string[] Volumes =
        ["name", "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    /// <param name="labels">Of the namespace.</param>
    /// <returns>Null: the pod may be created.</returns>
    public static ApiStatus? Refusal(JsonObject pod, IReadOnlyDictionary<string, string> labels)
    {
        if (labels.GetValueOrDefault(Label) != Restricted)
            return null;
        var violations = Violations(pod["spec"]).ToList();
        return violations.Count == 0
            ? null
            : ApiStatus.Forbidden(BuiltInKinds.Pods, pod.Name(), $"violates PodSecurity \"{Restricted}:latest\": {string.Join(", ", violations)}");
    }

    private static IEnumerable<string> Violations(JsonNode? spec)
    {
        var context = spec.At("securityContext");
        if (spec.Flag("hostNetwork") || spec.Flag("hostPID") || spec.Flag("hostIPC"))
            yield return "host namespaces";
        foreach (var volume in spec.Objects("volumes").Where(volume => volume.Any(member => !Volumes.Contains(member.Key))))
            yield return $"restricted volume types (volume \"{volume.Text("name")}\")";
        foreach (var container in spec.Objects("initContainers").Concat(spec.Objects("containers")))
        {
            foreach (var violation in Violations(container["securityContext"], context))
                yield return $"{violation} (container \"{container.Text("name")}\")";
        }
    }

    private static IEnumerable<string> Violations(JsonNode? own, JsonNode? pod)
    {
        if (own.Flag("privileged"))
            yield return "privileged";
        if (own.At("allowPrivilegeEscalation") is not JsonValue escalation || escalation.GetValue<bool>())
            yield return "allowPrivilegeEscalation != false";
        if (!own.Texts("capabilities", "drop").Contains("ALL") || own.Texts("capabilities", "add").Any(capability => capability != "NET_BIND_SERVICE"))
            yield return "unrestricted capabilities";
        if (!(own.At("runAsNonRoot") is null ? pod : own).Flag("runAsNonRoot"))
            yield return "runAsNonRoot != true";
        if ((own.Number("runAsUser") ?? pod.Number("runAsUser")) == 0)
            yield return "runAsUser=0";
        if ((own.Text("seccompProfile", "type") ?? pod.Text("seccompProfile", "type")) is not ("RuntimeDefault" or "Localhost"))
            yield return "seccompProfile";
    }
}
