using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kinds;

/// <summary>A CustomResourceDefinition as the kinds that it defines, one for each served version.</summary>
internal static class CustomKinds
{
    public static IReadOnlyList<ResourceKind> Of(JsonObject definition)
    {
        var spec = definition.At("spec");
        var names = spec.At("names");
        return
        [
            .. spec.Objects("versions").Where(version => version.Flag("served")).Select(version =>
                new ResourceKind(spec.Text("group") ?? "", version.Text("name") ?? "", names.Text("kind") ?? "", names.Text("plural") ?? "", spec.Text("scope") == "Namespaced")
                {
                    Singular = names.Text("singular") ?? (names.Text("kind") ?? "").ToLowerInvariant(),
                    ListKind = names.Text("listKind") ?? names.Text("kind") + "List",
                    ShortNames = [.. names.Texts("shortNames")],
                    Categories = [.. names.Texts("categories")],
                    HasStatus = version.At("subresources", "status") is not null,
                    CountsGenerations = true,
                    MoreSelectableFields = [.. version.Objects("selectableFields").Select(field => (field.Text("jsonPath") ?? "").TrimStart('.'))],
                    Columns = Columns(version),
                    Schema = (version.At("schema", "openAPIV3Schema") as JsonObject)?.Copy() ?? [],
                }),
        ];
    }

    private static PrinterColumn[] Columns(JsonObject version)
    {
        PrinterColumn[] columns = [.. version.Objects("additionalPrinterColumns").Select(Column)];
        return columns.Length == 0 ? [PrinterColumn.Age] : columns;
    }

    private static PrinterColumn Column(JsonObject column)
    {
        var path = JsonPath.Parse(column.Text("jsonPath") ?? "");
        var type = column.Text("type") ?? "string";
        return new PrinterColumn(column.Text("name") ?? "", type == "date" ? "string" : type, (int)(column.Number("priority") ?? 0), (node, now) =>
        {
            var found = path.First(node);
            return type == "date" && found is not null ? PrinterColumn.AgeOf(found.Text(), now)
                : type == "string" && found is not null ? found.Text() ?? found.ToJsonString()
                : found?.DeepClone();
        })
        {
            Description = column.Text("description") ?? "",
        };
    }
}
