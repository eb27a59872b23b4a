using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Schema;

/// <summary>
/// A value against a structural schema: types, enum, pattern, lengths, numbers, required, counts, allOf/anyOf/oneOf/not, list types.
/// For x-kubernetes-validations see <see cref="SchemaRules"/>.
/// </summary>
internal static class SchemaValidation
{
    public static IReadOnlyList<FieldProblem> Validate(JsonObject node, JsonObject schema)
    {
        var problems = new List<FieldProblem>();
        foreach (var (name, member) in schema["properties"] as JsonObject ?? [])
        {
            if (name is not ("apiVersion" or "kind" or "metadata") && member is JsonObject inner && node.ContainsKey(name))
            {
                Check(node[name], inner, name, problems);
            }
        }

        problems.AddRange(schema.Texts("required").Where(name => !node.ContainsKey(name)).Select(name => FieldProblem.Required(name)));
        return problems;
    }

    private static void Check(JsonNode? value, JsonObject schema, string path, List<FieldProblem> problems)
    {
        if (value is null && schema.Flag("nullable"))
        {
            return;
        }

        if (TypeProblem(value, schema, path) is { } wrong)
        {
            problems.Add(wrong);
            return;
        }

        if (schema["enum"] is JsonArray allowed && !allowed.Any(item => JsonNode.DeepEquals(item, value)))
        {
            problems.Add(FieldProblem.NotSupported(path, value, allowed.Select(item => item.Text() ?? item?.ToJsonString() ?? "null")));
        }

        switch (value)
        {
            case JsonObject map:
                CheckMap(map, schema, path, problems);
                break;
            case JsonArray list:
                CheckList(list, schema, path, problems);
                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String:
                CheckText(scalar.Text()!, schema, path, problems);
                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.Number:
                CheckNumber(scalar, schema, path, problems);
                break;
        }

        CheckAlternatives(value, schema, path, problems);
    }

    private static FieldProblem? TypeProblem(JsonNode? value, JsonObject schema, string path)
    {
        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        var isRight = schema.Flag("x-kubernetes-int-or-string") ? kind == JsonValueKind.String || IsWhole(value) : schema.Text("type") switch
        {
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => IsWhole(value),
            "number" => kind == JsonValueKind.Number,
            _ => true,
        };
        return isRight ? null : FieldProblem.WrongType(path, value,
            $"{path} in body must be of type {schema.Text("type") ?? "integer or string"}: \"{NameOf(kind)}\"");
    }

    private static bool IsWhole(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number == decimal.Truncate(number);

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "null",
    };

    private static void CheckMap(JsonObject map, JsonObject schema, string path, List<FieldProblem> problems)
    {
        problems.AddRange(schema.Texts("required").Where(name => !map.ContainsKey(name)).Select(name => FieldProblem.Required(path + "." + name)));
        if (map.Count > schema.Number("maxProperties"))
        {
            problems.Add(FieldProblem.TooMany(path, map.Count, schema.Number("maxProperties")!.Value));
        }

        if (map.Count < schema.Number("minProperties"))
        {
            problems.Add(FieldProblem.Invalid(path, map.Count, string.Create(CultureInfo.InvariantCulture, $"must have at least {schema.Number("minProperties")} items")));
        }

        foreach (var (name, value) in map)
        {
            if ((schema.At("properties", name) ?? schema["additionalProperties"]) is JsonObject member)
            {
                Check(value, member, path + "." + name, problems);
            }
        }
    }

    private static void CheckList(JsonArray list, JsonObject schema, string path, List<FieldProblem> problems)
    {
        if (list.Count > schema.Number("maxItems"))
        {
            problems.Add(FieldProblem.TooMany(path, list.Count, schema.Number("maxItems")!.Value));
        }

        if (list.Count < schema.Number("minItems"))
        {
            problems.Add(FieldProblem.Invalid(path, list.Count, string.Create(
                CultureInfo.InvariantCulture, $"{path} in body should have at least {schema.Number("minItems")} items")));
        }

        string[] keys = schema.Text("x-kubernetes-list-type") switch
        {
            "map" => [.. schema.Texts("x-kubernetes-list-map-keys")],
            "set" => [""],
            _ => [],
        };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, index) in list.Select((item, index) => (item, index)))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
            var key = string.Join(',', keys.Select(name => (name.Length == 0 ? item : item.At(name))?.ToJsonString()));
            if (keys.Length > 0 && !seen.Add(key))
            {
                problems.Add(FieldProblem.Duplicate(place, key.Trim('"')));
            }

            if (schema["items"] is JsonObject items)
            {
                Check(item, items, place, problems);
            }
        }
    }

    private static void CheckText(string text, JsonObject schema, string path, List<FieldProblem> problems)
    {
        var length = text.EnumerateRunes().Count();
        if (length > schema.Number("maxLength"))
        {
            problems.Add(FieldProblem.TooLong(path, schema.Number("maxLength")!.Value));
        }

        if (length < schema.Number("minLength"))
        {
            problems.Add(FieldProblem.Invalid(path, text, string.Create(
                CultureInfo.InvariantCulture, $"{path} in body should be at least {schema.Number("minLength")} chars long")));
        }

        if (schema.Text("pattern") is { } pattern && !Re2Pattern.IsMatch(text, pattern))
        {
            problems.Add(FieldProblem.Invalid(path, text, $"{path} in body should match '{pattern}'"));
        }

        if (schema.Text("format") == "date-time" && KubeTime.Parse(text) is null)
        {
            problems.Add(FieldProblem.Invalid(path, text, $"{path} in body must be of type date-time: \"{text}\""));
        }
    }

    private static void CheckNumber(JsonValue value, JsonObject schema, string path, List<FieldProblem> problems)
    {
        var number = Real(value) ?? 0;
        if (Real(schema["minimum"]) is { } minimum && (number < minimum || (schema.Flag("exclusiveMinimum") && number <= minimum)))
        {
            problems.Add(FieldProblem.Invalid(path, value.DeepClone(), $"{path} in body should be greater than{OrEqual(schema, "exclusiveMinimum")} {schema["minimum"]!.ToJsonString()}"));
        }

        if (Real(schema["maximum"]) is { } maximum && (number > maximum || (schema.Flag("exclusiveMaximum") && number >= maximum)))
        {
            problems.Add(FieldProblem.Invalid(path, value.DeepClone(), $"{path} in body should be less than{OrEqual(schema, "exclusiveMaximum")} {schema["maximum"]!.ToJsonString()}"));
        }
    }

    private static string OrEqual(JsonObject schema, string exclusive) => schema.Flag(exclusive) ? "" : " or equal to";

    private static double? Real(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number ? double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static void CheckAlternatives(JsonNode? value, JsonObject schema, string path, List<FieldProblem> problems)
    {
        foreach (var part in schema.Objects("allOf"))
        {
            Check(value, part, path, problems);
        }

        if (schema["anyOf"] is JsonArray && !schema.Objects("anyOf").Any(part => Fits(value, part, path)))
        {
            problems.Add(FieldProblem.Invalid(path, value, $"{path} in body must validate at least one schema (anyOf)"));
        }

        if (schema["oneOf"] is JsonArray && schema.Objects("oneOf").Count(part => Fits(value, part, path)) != 1)
        {
            problems.Add(FieldProblem.Invalid(path, value, $"{path} in body must validate one and only one schema (oneOf)"));
        }

        if (schema["not"] is JsonObject not && Fits(value, not, path))
        {
            problems.Add(FieldProblem.Invalid(path, value, $"{path} in body must not validate the schema (not)"));
        }
    }

    private static bool Fits(JsonNode? value, JsonObject schema, string path)
    {
        var problems = new List<FieldProblem>();
        Check(value, schema, path, problems);
        return problems.Count == 0;
    }
}
