using Wandb.Operator.Resources;

namespace Wandb.Operator.Profiles;

/// <summary>Objects that a profile names. All are the kubelet's to mount or pull with: this operator has no right to look at any of them.</summary>
internal static class ProfileReferences
{
    /// <summary>State of what may not be looked at.</summary>
    public const string NotReadable = "NotReadable";

    private const string Secret = "Secret";
    private const string ConfigMap = "ConfigMap";
    private const string Claim = "PersistentVolumeClaim";

    /// <returns>By kind and name, each once.</returns>
    public static IReadOnlyList<ReferenceEntry> Of(WandbProfileSpec spec) =>
    [
        .. Named(spec)
            .Distinct()
            .OrderBy(named => named.Kind, StringComparer.Ordinal).ThenBy(named => named.Name, StringComparer.Ordinal)
            .Select(named => new ReferenceEntry
            {
                Kind = named.Kind,
                Name = named.Name,
                State = NotReadable,
                Message = $"not checked: the operator may not read {named.Kind}s in other namespaces than its own",
            }),
    ];

    private static IEnumerable<(string Kind, string Name)> Named(WandbProfileSpec spec)
    {
        if (spec.ApiKeySecretRef is { } key)
            yield return (Secret, key.Name);
        foreach (var secret in spec.Agent?.ImagePullSecrets ?? [])
            yield return (Secret, secret.Name);
        if (spec.CaBundle is { } bundle)
            yield return (ConfigMap, bundle.Name);
        if (spec.Storage?.PersistentVolumeClaim is { } claim)
            yield return (Claim, claim.ClaimName);
    }
}
