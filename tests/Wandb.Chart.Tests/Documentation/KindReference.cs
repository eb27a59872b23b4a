using System.Text;
using System.Text.Json.Nodes;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>A CustomResourceDefinition to a page of Markdown: every field, its type and bounds, and what is refused.</summary>
internal static class KindReference
{
    /// <param name="file">Path of the definition in the repository, for the page's head.</param>
    public static string Of(JsonObject definition, string file)
    {
        var version = definition["spec"]!["versions"]![0]!;
        var schema = version["schema"]!["openAPIV3Schema"]!;
        var names = definition["spec"]!["names"]!;
        var page = new StringBuilder();
        page.Append(
            $"""
            # {names["kind"].Text()}

            {schema["description"].Text()} `{definition["spec"]!["group"].Text()}/{version["name"].Text()}`, short name `{names["shortNames"].Words().First()}`.

            This page is made from [{file}](../{file}): change that file, then
            `WANDB_WRITE_REFERENCE=1 dotnet test --project tests/Wandb.Chart.Tests -- --filter-class '*KindReferenceTests'`. A test compares the two.

            `kubectl get {names["plural"].Text()}` shows: {string.Join(", ", version["additionalPrinterColumns"].Items().Select(column => column["name"].Text()))}.

            """);
        Section(page, "spec", schema["properties"]!["spec"]!);
        Section(page, "status", schema["properties"]!["status"]!);
        return page.ToString();
    }

    private static void Section(StringBuilder page, string part, JsonNode schema)
    {
        page.Append($"\n## {part}\n\n");
        if (schema["description"] is not null)
            page.Append(schema["description"].Text()).Append("\n\n");
        Rules(page, schema);
        page.Append("| field | type | |\n|---|---|---|\n");
        Fields(page, "", schema);
    }

    private static void Rules(StringBuilder page, JsonNode schema)
    {
        foreach (var rule in schema["x-kubernetes-validations"].Items())
            page.Append("* ").Append(rule["message"].Text()).Append('\n');
        if (schema["x-kubernetes-validations"] is not null)
            page.Append('\n');
    }

    private static void Fields(StringBuilder page, string prefix, JsonNode schema)
    {
        var required = schema["required"].Words().ToHashSet(StringComparer.Ordinal);
        foreach (var (name, field) in schema["properties"] as JsonObject ?? [])
        {
            var path = prefix + name;
            page.Append($"| `{path}` | {Cell(TypeOf(field!) + (required.Contains(name) ? ", required" : ""))} | {Cell(Meaning(field!))} |\n");
            var isList = field!["type"].Text() == "array";
            Fields(page, isList ? path + "[]." : path + ".", isList ? field["items"]! : field);
        }
    }

    private static string Meaning(JsonNode field) => string.Join(" ", new[] { field["description"].Text() }
        .Concat(field["x-kubernetes-validations"].Items().Select(rule => rule["message"].Text()).Distinct(StringComparer.Ordinal).Select(message => $"<br>{message}"))
        .Where(text => text.Length > 0));

    private static string TypeOf(JsonNode field) =>
        field["x-kubernetes-int-or-string"] is not null ? "quantity"
        : field["enum"] is JsonArray words ? string.Join(", ", words.Select(word => $"`{word.Text()}`"))
        : field["type"].Text() switch
        {
            "array" => Bounded($"list of {Plural(TypeOf(field["items"]!))}", field, "Items", "items"),
            "object" when field["additionalProperties"] is { } values => $"map of name to {TypeOf(values)}",
            "object" when field["x-kubernetes-preserve-unknown-fields"] is not null => "map of name to anything",
            "string" when field["format"] is not null => field["format"].Text(),
            "string" => Bounded("string", field, "Length", "characters"),
            "integer" => Range(field),
            var type => type,
        };

    private static string Plural(string type) => type is "string" or "object" ? type + "s" : type;

    private static string Bounded(string type, JsonNode field, string bound, string unit) => (field["min" + bound], field["max" + bound]) switch
    {
        ({ } min, { } max) => $"{type}, {min.Text()} to {max.Text()} {unit}",
        (null, { } max) => $"{type}, at most {max.Text()} {unit}",
        _ => type,
    };

    private static string Range(JsonNode field) => (field["minimum"], field["maximum"]) switch
    {
        ({ } min, { } max) => $"integer, {min.Text()} to {max.Text()}",
        _ => "integer",
    };

    // A bar would end the cell, braces and angle brackets stay as they are.
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
