using Wandb.Sandbox.Cluster.Kinds;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>What a path means.</summary>
internal abstract record ApiTarget
{
    private ApiTarget()
    {
    }

    /// <summary>Discovery, version, health, OpenAPI.</summary>
    public sealed record Document(string Path) : ApiTarget;

    /// <param name="Namespace">Null: all namespaces, or a kind without.</param>
    /// <param name="Name">Null: the collection.</param>
    /// <param name="Subresource">"" or status, log, token …</param>
    public sealed record Resource(ResourceKind Kind, string? Namespace, string? Name, string Subresource) : ApiTarget;

    public sealed record Unknown : ApiTarget;

    public static ApiTarget Of(string path, KindRegistry registry)
    {
        string[] parts = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        return parts switch
        {
            ["api", var version, .. { Length: > 0 } rest] => OfResource("", version, rest, registry),
            ["apis", var group, var version, .. { Length: > 0 } rest] => OfResource(group, version, rest, registry),
            ["api" or "apis", ..] or ["version" or "healthz" or "livez" or "readyz"] or ["openapi", ..] => new Document("/" + string.Join('/', parts)),
            _ => new Unknown(),
        };
    }

    private static ApiTarget OfResource(string group, string version, string[] rest, KindRegistry registry)
    {
        // namespaces/x and namespaces/x/status are the namespace itself.
        var inNamespace = rest is ["namespaces", _, not ("status" or "finalize"), ..];
        var (ns, own) = inNamespace ? (rest[1], rest[2..]) : (null, rest);
        if (registry.Find(group, version, own[0]) is not { } kind || own.Length > 3 || (inNamespace && !kind.IsNamespaced))
        {
            return new Unknown();
        }

        return new Resource(kind, ns, own.Length > 1 ? own[1] : null, own.Length > 2 ? own[2] : "");
    }
}
