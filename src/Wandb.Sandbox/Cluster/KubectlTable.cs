using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster;

/// <summary>A meta.k8s.io/v1 Table as kubectl prints it: columns of priority 0, upper case, three blanks between them.</summary>
internal static class KubectlTable
{
    private const string Gap = "   ";

    public static IReadOnlyList<string> Lines(JsonObject table)
    {
        var columns = table.Objects("columnDefinitions").Select((column, index) => (Name: column.Text("name") ?? "", Priority: column.Number("priority") ?? 0, Index: index))
            .Where(column => column.Priority == 0)
            .ToList();
        List<string[]> rows = [[.. columns.Select(column => column.Name.ToUpperInvariant())]];
        rows.AddRange(table.Objects("rows").Select(row => columns.Select(column => row["cells"]?[column.Index]?.ToString() ?? "<none>").ToArray()));
        var widths = columns.Select((_, index) => rows.Max(row => row[index].Length)).ToList();
        return [.. rows.Select(row => string.Join(Gap, row.Select((cell, index) => cell.PadRight(widths[index]))).TrimEnd())];
    }
}
