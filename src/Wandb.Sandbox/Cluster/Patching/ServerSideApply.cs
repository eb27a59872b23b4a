using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;

namespace Wandb.Sandbox.Cluster.Patching;

/// <summary>
/// Server-side apply: 1. what the configuration names is the manager's from now on; 2. fields of others with another value are a conflict,
/// or are taken when forced; 3. the configuration is laid over the object; 4. what the manager applied before, applies no more and nobody
/// else owns, is removed.
/// </summary>
internal static class ServerSideApply
{
    /// <param name="live">Null when the object is yet to be created.</param>
    /// <param name="problem">Set when the answer is null.</param>
    /// <returns>The object with its managedFields.</returns>
    public static JsonObject? Apply(JsonObject? live, JsonObject applied, ApplyRequest request, out ApiStatus? problem)
    {
        problem = null;
        var shape = FieldShape.Of(request.Kind);
        var managers = ManagedFields.Of(live);
        var ownable = ManagedFields.Ownable(applied);

        // 1.
        var owned = ownable.Count == 0 ? new FieldSet() : FieldSet.Of(ownable, shape);
        var before = managers.Of(request.Owner);

        // 2.
        if (live is not null)
        {
            var differing = owned.Intersect(FieldMerge.Changed(ManagedFields.Ownable(live), ownable, shape));
            var conflicts = managers.Entries.Where(entry => entry.Owner != request.Owner)
                .Select(entry => (entry.Owner, Fields: entry.Fields.Intersect(differing))).Where(conflict => !conflict.Fields.IsEmpty).ToList();
            if (conflicts.Count > 0 && !request.IsForced)
            {
                problem = Conflict(request, conflicts);
                return null;
            }

            managers.TakeFromOthers(request.Owner, differing);
        }

        // 3.
        var merged = (JsonObject)FieldMerge.Merge(live ?? [], applied, shape)!;

        // 4.
        FieldMerge.Remove(merged, before.Except(owned.WithParents()).Except(managers.OfOthers(request.Owner).WithParents()), shape);
        managers.Set(request.Owner, owned, request.Kind.ApiVersion, request.Time);
        managers.WriteTo(merged);
        return merged;
    }

    private static ApiStatus Conflict(ApplyRequest request, List<(FieldOwner Owner, FieldSet Fields)> conflicts)
    {
        var causes = conflicts.SelectMany(conflict => Paths(conflict.Fields, "").Select(path => (conflict.Owner, Path: path))).ToList();
        var text = string.Join(", ", causes.Select(cause => $"conflict with \"{cause.Owner.Manager}\": {cause.Path}"));
        var noun = causes.Count == 1 ? "conflict" : "conflicts";
        return new ApiStatus(409, "Conflict", $"Apply failed with {causes.Count} {noun}: {text}")
        {
            Details = new JsonObject
            {
                ["causes"] = new JsonArray([.. causes.Select(cause => new JsonObject
                {
                    ["reason"] = "FieldManagerConflict",
                    ["message"] = $"conflict with \"{cause.Owner.Manager}\"",
                    ["field"] = cause.Path,
                })]),
            },
        };
    }

    private static IEnumerable<string> Paths(FieldSet set, string prefix) => set.Children.Count == 0
        ? [prefix]
        : set.Children.SelectMany(child => Paths(child.Value, prefix + (child.Key[0] == 'f' ? "." + child.Key[2..] : "[" + child.Key[2..] + "]")));
}
