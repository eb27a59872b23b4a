using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Patching;

/// <summary>Strategic merge patch for the kinds that are built in: keyed lists are merged by key, and the directives of kubectl are obeyed.</summary>
internal static class StrategicMerge
{
    /// <summary>Changes <paramref name="target"/>.</summary>
    public static void Apply(JsonObject target, JsonObject patch, ResourceKind kind) => Merge(target, patch, FieldShape.Of(kind));

    private static void Merge(JsonObject target, JsonObject patch, FieldShape shape)
    {
        if (patch.Text("$patch") == "replace")
        {
            target.Clear();
        }

        // Of a union such as a volume's source, only the kinds that are named stay.
        if (patch["$retainKeys"] is JsonArray retained)
        {
            foreach (var name in target.Select(member => member.Key).Except(retained.Select(item => item.Text() ?? "")).ToList())
            {
                target.Remove(name);
            }
        }

        foreach (var (name, value) in patch.Where(member => !member.Key.StartsWith('$')))
        {
            MergeMember(target, name, value, shape.Member(name));
        }

        const string deletion = "$deleteFromPrimitiveList/";
        foreach (var (name, value) in patch.Where(member => member.Key.StartsWith(deletion, StringComparison.Ordinal)))
        {
            if (target[name[deletion.Length..]] is JsonArray list && value is JsonArray gone)
            {
                list.RemoveAll(item => gone.Any(other => JsonNode.DeepEquals(item, other)));
            }
        }
    }

    private static void MergeMember(JsonObject target, string name, JsonNode? value, FieldShape shape)
    {
        switch (value)
        {
            case null:
                target.Remove(name);
                break;
            case JsonObject patch when patch.Text("$patch") == "delete":
                target.Remove(name);
                break;
            case JsonObject patch:
                Merge(target.Section(name), patch, shape);
                break;
            case JsonArray patch when target[name] is JsonArray list && IsMerged(patch, list, shape):
                MergeList(list, patch, shape);
                break;
            case JsonArray patch:
                target[name] = new JsonArray([.. patch.Where(item => item.Text("$patch") is null).Select(item => item?.DeepClone())]);
                break;
            default:
                target[name] = value.DeepClone();
                break;
        }
    }

    private static bool IsMerged(JsonArray patch, JsonArray list, FieldShape shape) =>
        !patch.OfType<JsonObject>().Any(item => item.Text("$patch") == "replace") && (shape.Form(list) != FieldForm.Atomic) && shape.Form(patch) != FieldForm.Atomic;

    private static void MergeList(JsonArray list, JsonArray patch, FieldShape shape)
    {
        var form = shape.Form(list);
        foreach (var item in patch)
        {
            var key = shape.KeyOf(item, patch, form);
            var present = list.FirstOrDefault(other => shape.KeyOf(other, list, form) == key);
            if (item is JsonObject change && present is JsonObject known)
            {
                if (change.Text("$patch") == "delete")
                {
                    list.Remove(known);
                }
                else
                {
                    Merge(known, change, shape.Item());
                }
            }
            else if (present is null && item.Text("$patch") is null)
            {
                list.Add(item?.DeepClone());
            }
        }
    }
}
