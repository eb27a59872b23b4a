using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Patching;

/// <summary>Merging, removing and comparing of values by their shape.</summary>
internal static class FieldMerge
{
    /// <summary><paramref name="applied"/> laid over <paramref name="live"/>: members and keyed items are merged, the rest is replaced.</summary>
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, FieldShape shape)
    {
        var form = shape.Form(applied);
        if (live is JsonObject map && applied is JsonObject appliedMap && form == FieldForm.Map)
        {
            var merged = (JsonObject)map.DeepClone();
            foreach (var (name, value) in appliedMap)
            {
                merged[name] = Merge(map[name], value, shape.Member(name));
            }

            return merged;
        }

        return live is JsonArray list && applied is JsonArray appliedList && form != FieldForm.Atomic && shape.Form(live) == form
            ? MergeLists(list, appliedList, shape, form)
            : applied?.DeepClone();
    }

    /// <summary>Takes the places of <paramref name="set"/> out of <paramref name="node"/>; what becomes empty by that goes as well.</summary>
    /// <returns>False when nothing is left of the node.</returns>
    public static bool Remove(JsonNode node, FieldSet set, FieldShape shape)
    {
        if (set.IsOwned && set.Children.Count == 0)
        {
            return false;
        }

        switch (node)
        {
            case JsonObject map:
                foreach (var (key, inner) in set.Children.Where(child => child.Key.StartsWith("f:", StringComparison.Ordinal)))
                {
                    if (map[key[2..]] is { } member && !Remove(member, inner, shape.Member(key[2..])))
                    {
                        map.Remove(key[2..]);
                    }
                }

                return map.Count > 0 && !set.IsOwned;
            case JsonArray list:
                var form = shape.Form(list);
                foreach (var item in list.ToList())
                {
                    if (shape.KeyOf(item, list, form) is { } key && set.Children.GetValueOrDefault(key) is { } inner
                        && (inner.IsOwned || !Remove(item!, inner, shape.Item())))
                    {
                        list.Remove(item);
                    }
                }

                return list.Count > 0;
            default:
                return true;
        }
    }

    /// <summary>The places whose value differs or is new in <paramref name="after"/>.</summary>
    public static FieldSet Changed(JsonNode? before, JsonNode? after, FieldShape shape)
    {
        var set = new FieldSet();
        var form = shape.Form(after);
        if (JsonNode.DeepEquals(before, after) || after is null)
        {
            return set;
        }

        if (before is JsonObject oldMap && after is JsonObject map && form == FieldForm.Map)
        {
            foreach (var (name, value) in map)
            {
                set.Add("f:" + name, Changed(oldMap[name], value, shape.Member(name)));
            }

            return set;
        }

        if (before is not JsonArray oldList || after is not JsonArray list || form == FieldForm.Atomic || shape.Form(before) != form)
        {
            return FieldSet.Of(after, shape);
        }

        var old = oldList.ToDictionary(item => shape.KeyOf(item, oldList, form)!, item => item, StringComparer.Ordinal);
        foreach (var item in list)
        {
            var key = shape.KeyOf(item, list, form)!;
            set.Add(key, old.TryGetValue(key, out var previous) ? Changed(previous, item, shape.Item()) : ItemSet(item, shape, form));
        }

        return set;
    }

    private static FieldSet ItemSet(JsonNode? item, FieldShape shape, FieldForm form) =>
        form == FieldForm.Set ? FieldSet.Leaf() : FieldSet.Leaf().Union(FieldSet.Of(item, shape.Item()));

    private static JsonArray MergeLists(JsonArray live, JsonArray applied, FieldShape shape, FieldForm form)
    {
        var wanted = applied.ToDictionary(item => shape.KeyOf(item, applied, form)!, item => item, StringComparer.Ordinal);
        var present = live.ToDictionary(item => shape.KeyOf(item, live, form)!, item => item, StringComparer.Ordinal);

        // The applied items in their order, then those of others.
        return
        [
            .. wanted.Select(item => Merge(present.GetValueOrDefault(item.Key), item.Value, shape.Item())),
            .. present.Where(item => !wanted.ContainsKey(item.Key)).Select(item => item.Value?.DeepClone()),
        ];
    }
}
