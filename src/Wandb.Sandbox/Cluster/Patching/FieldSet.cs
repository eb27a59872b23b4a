using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Patching;

/// <summary>
/// A set of places in an object, as metadata.managedFields keeps it (FieldsV1): <c>f:name</c> a member, <c>k:{…}</c> an item by key,
/// <c>v:…</c> an item by value, <c>.</c> the place itself.
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> children = new(StringComparer.Ordinal);

    /// <summary>The place itself is in the set.</summary>
    public bool IsOwned { get; private set; }

    public bool IsEmpty => !IsOwned && children.Count == 0;

    public IReadOnlyDictionary<string, FieldSet> Children => children;

    public static FieldSet Leaf() => new() { IsOwned = true };

    /// <summary>All leaves of a value, and each item of a keyed list.</summary>
    public static FieldSet Of(JsonNode? value, FieldShape shape)
    {
        var form = shape.Form(value);
        var set = new FieldSet();
        switch (value)
        {
            case JsonObject { Count: > 0 } map when form == FieldForm.Map:
                foreach (var (name, member) in map.Where(member => member.Value is not null))
                {
                    set.Add("f:" + name, Of(member, shape.Member(name)));
                }

                return set;
            case JsonArray { Count: > 0 } list when form == FieldForm.KeyedList:
                foreach (var item in list)
                {
                    var inner = Of(item, shape.Item());
                    inner.IsOwned = true;
                    set.Add(shape.KeyOf(item, list, form)!, inner);
                }

                return set;
            case JsonArray { Count: > 0 } list when form == FieldForm.Set:
                foreach (var item in list)
                {
                    set.Add(shape.KeyOf(item, list, form)!, Leaf());
                }

                return set;
            default:
                return Leaf();
        }
    }

    public static FieldSet Parse(JsonNode? fields)
    {
        var set = new FieldSet();
        if (fields is not JsonObject { Count: > 0 } map)
        {
            return Leaf();
        }

        foreach (var (key, inner) in map)
        {
            if (key == ".")
            {
                set.IsOwned = true;
            }
            else
            {
                set.children[key] = Parse(inner);
            }
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (IsOwned && children.Count > 0)
        {
            json["."] = new JsonObject();
        }

        foreach (var (key, child) in children)
        {
            json[key] = child.ToJson();
        }

        return json;
    }

    public void Add(string key, FieldSet child)
    {
        if (!child.IsEmpty)
        {
            children[key] = child;
        }
    }

    /// <summary>With every place that has something of the set inside it: a list that was empty when it was applied is still applied with its first item.</summary>
    public FieldSet WithParents()
    {
        var set = new FieldSet { IsOwned = !IsEmpty };
        foreach (var (key, child) in children)
        {
            set.Add(key, child.WithParents());
        }

        return set;
    }

    public FieldSet Union(FieldSet other) => Combine(other, static (left, right) => left || right);

    public FieldSet Except(FieldSet other) => Combine(other, static (left, right) => left && !right);

    public FieldSet Intersect(FieldSet other) => Combine(other, static (left, right) => left && right);

    private FieldSet Combine(FieldSet other, Func<bool, bool, bool> isIn)
    {
        var set = new FieldSet { IsOwned = isIn(IsOwned, other.IsOwned) };
        foreach (var key in children.Keys.Union(other.children.Keys))
        {
            set.Add(key, children.GetValueOrDefault(key, Nothing).Combine(other.children.GetValueOrDefault(key, Nothing), isIn));
        }

        return set;
    }

    private static readonly FieldSet Nothing = new();
}
