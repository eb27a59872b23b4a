using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>A node that knows no native sidecars.</summary>
/// <param name="Name">Of the node.</param>
/// <param name="KubeletVersion">E.g. <c>v1.28.4</c>.</param>
/// <param name="Labels">For node selectors.</param>
/// <param name="Taints">Those that keep pods away: <c>NoSchedule</c>, <c>NoExecute</c>.</param>
internal sealed record OldNode(string Name, string KubeletVersion, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<NodeTaint> Taints)
{
    private const int OldestMinor = 29;

    /// <returns>Null: the node's kubelet knows them, or does not tell its version.</returns>
    public static OldNode? Read(JsonObject node)
    {
        var version = JsonRead.Text(JsonRead.At(node, "status", "nodeInfo", "kubeletVersion")) ?? "";
        return IsOld(version)
            ? new OldNode(JsonRead.Text(JsonRead.At(node, "metadata", "name")) ?? "", version, JsonRead.Texts(JsonRead.At(node, "metadata", "labels")), NodeTaint.HardOnes(node))
            : null;
    }

    /// <inheritdoc cref="Read(JsonObject)"/>
    public static OldNode? Read(JsonElement node) => IsOld(VersionOf(node)) ? Read(JsonObject.Create(node.Clone())!) : null;

    private static bool IsOld(string version)
    {
        var parts = version.TrimStart('v').Split('.');
        return parts.Length > 1 && parts[0] == "1" && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && minor < OldestMinor;
    }

    // A node lists all its images: it is only copied when it is old.
    private static string VersionOf(JsonElement node) =>
        node.TryGetProperty("status", out var status) && status.TryGetProperty("nodeInfo", out var info) && info.TryGetProperty("kubeletVersion", out var version)
            ? version.GetString() ?? ""
            : "";
}
