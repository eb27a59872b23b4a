using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <param name="GraceSeconds">Null: what the pod says.</param>
/// <param name="Propagation">Background, Foreground or Orphan.</param>
/// <param name="Uid">When set, another uid is a conflict.</param>
/// <param name="ResourceVersion">When set, another version is a conflict.</param>
internal sealed record DeleteOptions(long? GraceSeconds, string Propagation, string? Uid, string? ResourceVersion)
{
    public static DeleteOptions Default { get; } = new(null, "Background", null, null);

    public static DeleteOptions AtOnce { get; } = Default with { GraceSeconds = 0 };

    /// <param name="body">A DeleteOptions object, or nothing.</param>
    /// <param name="query">The same in the query; the body wins.</param>
    public static DeleteOptions Of(JsonObject? body, Func<string, string?> query) => new(
        body.Number("gracePeriodSeconds") ?? (long.TryParse(query("gracePeriodSeconds"), out var seconds) ? seconds : null),
        body.Text("propagationPolicy") ?? query("propagationPolicy") ?? "Background",
        body.Text("preconditions", "uid"),
        body.Text("preconditions", "resourceVersion"));
}
