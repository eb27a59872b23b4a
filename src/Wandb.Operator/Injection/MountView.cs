using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>One entry of a container's <c>volumeMounts</c>.</summary>
internal sealed record MountView(string Volume, string Path, bool IsReadOnly, JsonObject Json)
{
    public string? SubPathExpression => JsonRead.Text(Json["subPathExpr"]);

    public static MountView Of(JsonObject mount) =>
        new(
            JsonRead.Text(mount["name"]) ?? "",
            PodPath.Normal(JsonRead.Text(mount["mountPath"]) ?? ""),
            mount["readOnly"] is JsonValue value && value.TryGetValue<bool>(out var isReadOnly) && isReadOnly,
            mount);

    /// <summary>Whether a path lies on this mount. Both are absolute.</summary>
    public bool Covers(string path) => PodPath.Covers(Path, path);
}
