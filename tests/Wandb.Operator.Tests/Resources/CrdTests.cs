using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Wandb.Operator.Injection;
using Wandb.Operator.Manifests;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Resources;

/// <summary>The schemas and the C# types say the same, field by field, in both directions; and the schemas are what an API server takes.</summary>
public sealed class CrdTests
{
    // The operator alone writes it, and what the API server keeps of who owns which field of a map would be as large as the list.
    private const string WrittenAsOneValue = "status.groups[].metrics";

    public static TheoryData<string> Files() => ["wandbrun.yaml", "wandbprofile.yaml"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Schema_and_type_have_the_same_fields(string file)
    {
        var different = new List<string>();
        Compare("spec", Schema(file, "spec"), TypeOf(file, "spec"), different);
        Compare("status", Schema(file, "status"), TypeOf(file, "status"), different);

        Assert.Equal([], different);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Names_are_those_that_the_code_uses(string file)
    {
        var crd = Crd(file);
        var isRun = file == "wandbrun.yaml";

        Assert.Equal(ResourceNames.Group, Text(crd["spec"]!["group"]));
        Assert.Equal(ResourceNames.Version, Text(crd["spec"]!["versions"]![0]!["name"]));
        Assert.Equal(isRun ? ResourceNames.Runs : ResourceNames.Profiles, Text(crd["spec"]!["names"]!["plural"]));
        Assert.Equal(isRun ? WandbRun.KindName : WandbProfile.KindName, Text(crd["spec"]!["names"]!["kind"]));
        Assert.Equal(isRun ? "wbr" : "wbp", Text(crd["spec"]!["names"]!["shortNames"]![0]));
        Assert.Equal($"{Text(crd["spec"]!["names"]!["plural"])}.{ResourceNames.Group}", Text(crd["metadata"]!["name"]));
        Assert.NotNull(crd["spec"]!["versions"]![0]!["subresources"]!["status"]);
    }

    /// <summary>An API server estimates what a rule may cost, and installs none over something without a bound.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Everything_in_a_spec_has_a_bound_and_every_rule_a_message(string file)
    {
        var wrong = new List<string>();
        Bounded("spec", Schema(file, "spec"), wrong);
        Bounded("status", Schema(file, "status"), wrong);

        Assert.Equal([], wrong);
    }

    /// <summary>For <c>kubectl explain</c>.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Every_field_of_a_spec_is_described(string file)
    {
        var wrong = new List<string>();
        Described("spec", Schema(file, "spec"), wrong);

        Assert.Equal([], wrong);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Lists_of_objects_are_merged_by_keys_that_are_required(string file)
    {
        var wrong = new List<string>();
        ListKeys("spec", Schema(file, "spec"), wrong);
        ListKeys("status", Schema(file, "status"), wrong);

        Assert.Equal([], wrong);
    }

    [Fact]
    public void Profile_and_run_describe_what_they_share_in_the_same_way()
    {
        var run = Schema("wandbrun.yaml", "spec")["properties"]!.AsObject();
        var profile = Schema("wandbprofile.yaml", "spec")["properties"]!.AsObject();

        var different = profile.Where(field => run[field.Key] is { } other && !JsonNode.DeepEquals(other, field.Value)).Select(field => field.Key);

        Assert.Equal([], different);
        Assert.Equal(["name", "notes", "id", "profile", "containers", "folds"], run.Select(field => field.Key).Except(profile.Select(field => field.Key)));
    }

    private static void Compare(string path, JsonObject schema, Type type, List<string> different)
    {
        var info = OperatorJson.Default.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (info is null)
        {
            different.Add($"{path}: no JSON of {type.Name}");
            return;
        }
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object:
                CompareFields(path, schema, info, different);
                break;
            case JsonTypeInfoKind.Enumerable:
                CompareItems(path, schema, info, different);
                break;
            case JsonTypeInfoKind.Dictionary:
                if (info.ElementType == typeof(JsonElement) ? schema["x-kubernetes-preserve-unknown-fields"] is null : schema["additionalProperties"] is null)
                    different.Add($"{path}: no map");
                break;
            case JsonTypeInfoKind.None:
                CompareScalar(path, schema, info.Type, different);
                break;
            default:
                different.Add($"{path}: {info.Kind}");
                break;
        }
    }

    private static void CompareFields(string path, JsonObject schema, JsonTypeInfo info, List<string> different)
    {
        var fields = schema["properties"] as JsonObject ?? [];
        var members = info.Properties.Where(member => member.Get is not null).ToDictionary(member => member.Name, StringComparer.Ordinal);
        different.AddRange(fields.Where(field => !members.ContainsKey(field.Key)).Select(field => $"{path}.{field.Key}: only in the schema"));
        different.AddRange(members.Keys.Where(name => !fields.ContainsKey(name)).Select(name => $"{path}.{name}: only in {info.Type.Name}"));
        var required = (schema["required"] as JsonArray ?? []).Select(Text).Order(StringComparer.Ordinal);
        var requiredHere = members.Values.Where(member => member.IsRequired).Select(member => member.Name).Order(StringComparer.Ordinal);
        if (!required.SequenceEqual(requiredHere))
            different.Add($"{path}: the schema requires {string.Join(',', required)}, {info.Type.Name} {string.Join(',', requiredHere)}");
        foreach (var (name, member) in members.Where(member => fields.ContainsKey(member.Key)))
        {
            var field = fields[name]!.AsObject();
            if (member.CustomConverter is not null)
            {
                if ((field["additionalProperties"] ?? field)["x-kubernetes-int-or-string"] is null)
                    different.Add($"{path}.{name}: no quantity");
                continue;
            }
            Compare($"{path}.{name}", field, member.PropertyType, different);
        }
    }

    private static void CompareItems(string path, JsonObject schema, JsonTypeInfo info, List<string> different)
    {
        if (schema["items"] is JsonObject items)
            Compare($"{path}[]", items, info.ElementType!, different);
        else
            different.Add($"{path}: no list");
    }

    private static void CompareScalar(string path, JsonObject schema, Type type, List<string> different)
    {
        var expected = type switch
        {
            _ when type == typeof(string) => "string",
            _ when type == typeof(DateTimeOffset) => "string/date-time",
            _ when type == typeof(bool) => "boolean",
            _ when type == typeof(int) => "integer/int32",
            _ when type == typeof(long) => "integer/int64",
            _ => "string",
        };
        var format = Text(schema["format"]);
        var actual = Text(schema["type"]) + (format.Length == 0 ? "" : "/" + format);
        if (actual != expected)
            different.Add($"{path}: {actual} in the schema, {expected} in C#");
        if (!type.IsEnum)
            return;
        var words = Enum.GetValues(type).Cast<object>()
            .Select(value => JsonSerializer.SerializeToElement(value, OperatorJson.Default.GetTypeInfo(type)!).GetString()!);
        var known = (schema["enum"] as JsonArray ?? []).Select(Text);
        if (!words.Order(StringComparer.Ordinal).SequenceEqual(known.Order(StringComparer.Ordinal)))
            different.Add($"{path}: the words differ");
    }

    private static void Bounded(string path, JsonObject schema, List<string> wrong)
    {
        foreach (var rule in JsonRead.Objects(schema["x-kubernetes-validations"]))
        {
            if (Text(rule["message"]).Length == 0 || Text(rule["message"]).Contains('\n', StringComparison.Ordinal))
                wrong.Add($"{path}: a rule without a message of one line");
        }
        switch (Text(schema["type"]))
        {
            case "string" when schema["maxLength"] is null && schema["enum"] is null && schema["format"] is null:
                wrong.Add($"{path}: no maxLength");
                break;
            case "array":
                if (schema["maxItems"] is null || schema["x-kubernetes-list-type"] is null)
                    wrong.Add($"{path}: no maxItems or list type");
                Bounded($"{path}[]", schema["items"]!.AsObject(), wrong);
                break;
            case "object" when schema["additionalProperties"] is JsonObject values:
                if (schema["maxProperties"] is null)
                    wrong.Add($"{path}: no maxProperties");
                Bounded($"{path}{{}}", values, wrong);
                break;
            default:
                foreach (var (name, field) in schema["properties"] as JsonObject ?? [])
                    Bounded($"{path}.{name}", field!.AsObject(), wrong);
                break;
        }
    }

    private static void Described(string path, JsonObject schema, List<string> wrong)
    {
        if (Text(schema["description"]).Length < 10)
            wrong.Add(path);
        var fields = (schema["items"] as JsonObject ?? schema)["properties"] as JsonObject ?? [];
        foreach (var (name, field) in fields)
            Described($"{path}.{name}", field!.AsObject(), wrong);
    }

    private static void ListKeys(string path, JsonObject schema, List<string> wrong)
    {
        foreach (var (name, field) in schema["properties"] as JsonObject ?? [])
            ListKeys($"{path}.{name}", field!.AsObject(), wrong);
        if (schema["items"] is not JsonObject { } items)
            return;
        ListKeys($"{path}[]", items, wrong);
        if (Text(items["type"]) != "object" || path == WrittenAsOneValue)
            return;
        var required = (items["required"] as JsonArray ?? []).Select(Text).ToList();
        var keys = (schema["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(Text).ToList();
        if (Text(schema["x-kubernetes-list-type"]) != "map" || keys.Count == 0 || keys.Except(required).Any())
            wrong.Add($"{path}: no map by required keys");
    }

    private static Type TypeOf(string file, string part) => (file, part) switch
    {
        ("wandbrun.yaml", "spec") => typeof(WandbRunSpec),
        ("wandbrun.yaml", _) => typeof(WandbRunStatus),
        (_, "spec") => typeof(WandbProfileSpec),
        _ => typeof(WandbProfileStatus),
    };

    private static JsonObject Schema(string file, string part) =>
        Crd(file)["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]![part]!.AsObject();

    private static JsonObject Crd(string file)
    {
        using var text = new StreamReader(Path.Combine(AppContext.BaseDirectory, "crds", file));
        return Assert.Single(YamlDocuments.Read(text)).AsObject();
    }

    private static string Text(JsonNode? node) => JsonRead.Text(node) ?? "";
}
