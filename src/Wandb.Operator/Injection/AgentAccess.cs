using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>What an agent needs to reach the W&amp;B server and the operator: key, certificates, token.</summary>
internal static class AgentAccess
{
    /// <summary>Entries of <c>volumeMounts</c>.</summary>
    public static IEnumerable<JsonObject> Mounts(InjectionSubject subject, VolumeNames names)
    {
        if (HasKey(subject.Settings))
            yield return RunVolumes.Mount(names.Key, AgentPaths.ApiKey, isReadOnly: true);
        if (subject.Defaults.ReportUrl is not null)
            yield return RunVolumes.Mount(names.Token, AgentPaths.Token, isReadOnly: true);
        if (subject.Settings.CaBundle is not null)
            yield return RunVolumes.Mount(names.ServerCa, AgentPaths.ServerCa, isReadOnly: true);
    }

    /// <summary>Entries of <c>volumes</c>.</summary>
    public static IEnumerable<JsonObject> Volumes(InjectionSubject subject, VolumeNames names)
    {
        if (HasKey(subject.Settings))
            yield return RunVolumes.Key(names.Key, subject.Settings.ApiKeySecretRef!.Value);
        if (subject.Defaults.ReportUrl is not null)
            yield return ProjectedToken.Volume(names.Token);
        if (subject.Settings.CaBundle is { } bundle)
            yield return RunVolumes.ServerCa(names.ServerCa, bundle.Value);
    }

    /// <summary>The agent uploads, so it has the key; otherwise the SDK does.</summary>
    private static bool HasKey(EffectiveSettings settings) => settings is { Mode.Value: RunMode.Offline, ApiKeySecretRef: not null };
}
