using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>A small change of a JSON document that a comparison must not miss.</summary>
/// <param name="What">What is done.</param>
/// <param name="Path">To the changed object or list: member names and indices.</param>
/// <param name="Change">Changes that object or list.</param>
internal sealed record Mutation(string What, string Path, Func<JsonNode, JsonNode> Find, Action<JsonNode> Change)
{
    public JsonObject AppliedTo(JsonObject original)
    {
        var copy = (JsonObject)original.DeepClone();
        Change(Find(copy));
        return copy;
    }

    public override string ToString() => $"{What} at {Path}";

    /// <summary>Every change this knows, at every place below the value.</summary>
    /// <param name="isSkipped">Member names below which nothing is changed.</param>
    public static IEnumerable<Mutation> Of(JsonNode value, Func<string, bool> isSkipped) => Of(value, "", root => root, isSkipped);

    private static IEnumerable<Mutation> Of(JsonNode? value, string path, Func<JsonNode, JsonNode> find, Func<string, bool> isSkipped) => value switch
    {
        JsonObject members => OfMembers(members, path, find, isSkipped),
        JsonArray items => OfItems(items, path, find, isSkipped),
        _ => [],
    };

    private static IEnumerable<Mutation> OfMembers(JsonObject members, string path, Func<JsonNode, JsonNode> find, Func<string, bool> isSkipped)
    {
        yield return new Mutation("add a member", path, find, node => node["added by the test"] = 1);
        foreach ((string name, JsonNode? value) in members)
        {
            string place = $"{path}.{name}";
            if (isSkipped(place))
            {
                continue;
            }

            yield return new Mutation("remove", place, find, node => node.AsObject().Remove(name));
            foreach ((string what, JsonNode? other) in Others(name, value))
            {
                yield return new Mutation(what, place, find, node => node[name] = other?.DeepClone());
            }

            foreach (Mutation inner in Of(value, place, root => find(root)[name]!, isSkipped))
            {
                yield return inner;
            }
        }
    }

    private static IEnumerable<Mutation> OfItems(JsonArray items, string path, Func<JsonNode, JsonNode> find, Func<string, bool> isSkipped)
    {
        yield return new Mutation("append an item", path, find, node => node.AsArray().Add(new JsonObject { ["added"] = 1 }));
        for (int i = 0; i < items.Count; i++)
        {
            int index = i;
            string place = $"{path}[{i}]";
            yield return new Mutation("drop", place, find, node => node.AsArray().RemoveAt(index));
            yield return new Mutation("repeat", place, find, node => node.AsArray().Insert(index, node[index]?.DeepClone()));
            if (i > 0 && !JsonNode.DeepEquals(items[i], items[i - 1]))
            {
                yield return new Mutation("swap with the one before", place, find, node => Swap(node.AsArray(), index));
            }

            foreach ((string what, JsonNode? other) in Others("", items[i]))
            {
                yield return new Mutation(what, place, find, node => node[index] = other?.DeepClone());
            }

            foreach (Mutation inner in Of(items[i], place, root => find(root)[index]!, isSkipped))
            {
                yield return inner;
            }
        }
    }

    private static void Swap(JsonArray items, int index)
    {
        JsonNode? moved = items[index];
        items.RemoveAt(index);
        items.Insert(index - 1, moved);
    }

    private static IEnumerable<(string What, JsonNode? Other)> Others(string name, JsonNode? value)
    {
        switch (value?.GetValueKind())
        {
            case null:
                yield return ("zero for null", 0);
                yield return ("text for null", "");
                break;
            case JsonValueKind.Number:
                yield return ("text for a number", value.ToJsonString());
                yield return ("null for a number", null);
                yield return ("another number", OtherNumber(name, value.ToJsonString()));
                break;
            case JsonValueKind.String:
                yield return ("other text", value.GetValue<string>() + " ");
                yield return ("null for a text", null);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                yield return ("the other boolean", !value.GetValue<bool>());
                yield return ("a number for a boolean", value.GetValue<bool>() ? 1 : 0);
                break;
            default:
                yield return ("null for a structure", null);
                yield return ("the other structure", value is JsonArray ? new JsonObject() : new JsonArray());
                break;
        }
    }

    /// <summary>The next integer, a millisecond later, or a millionth more.</summary>
    private static JsonNode OtherNumber(string name, string digits)
    {
        if (digits.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            return JsonNode.Parse((System.Numerics.BigInteger.Parse(digits, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture))!;
        }

        double number = double.Parse(digits, CultureInfo.InvariantCulture);
        double other = name is "_timestamp" or "_runtime" ? number + 0.001 : number * (1 - 1e-6);
        return other == number ? 0 : other;
    }
}
