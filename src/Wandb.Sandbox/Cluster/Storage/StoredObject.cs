using System.Text;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Storage;

/// <summary>One version of an object. Kept as text, because a JSON tree that several readers share is not safe between threads.</summary>
/// <param name="Version">The store's counter when this version was written.</param>
/// <param name="Json">UTF-8, with resourceVersion.</param>
/// <param name="Labels">metadata.labels.</param>
/// <param name="Fields">Values of the fields that a selector may name, by path; "" where the object has none.</param>
internal sealed record StoredObject(
    string Namespace,
    string Name,
    string Uid,
    long Version,
    ReadOnlyMemory<byte> Json,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>uids of metadata.ownerReferences.</summary>
    public IReadOnlyList<string> Owners { get; private init; } = [];

    /// <summary>It has a deletionTimestamp.</summary>
    public bool IsDeleting { get; private init; }

    /// <summary>A tree of its own for each caller.</summary>
    public JsonObject Parse() => (JsonObject)JsonNode.Parse(Json.Span)!;

    public static StoredObject Of(JsonObject node, long version, IReadOnlyList<string> selectableFields) => new(
        node.Namespace(), node.Name(), node.Uid(), version, Encoding.UTF8.GetBytes(node.ToJsonString()),
        node.Pairs("metadata", "labels").ToDictionary(StringComparer.Ordinal),
        selectableFields.ToDictionary(field => field, field => Field(node, field), StringComparer.Ordinal))
    {
        Owners = [.. node.Objects("metadata", "ownerReferences").Select(owner => owner.Text("uid") ?? "")],
        IsDeleting = node.IsDeleting(),
    };

    private static string Field(JsonObject node, string path)
    {
        var value = node.At(path.Split('.'));
        return value.Text() ?? value?.ToString() ?? "";
    }
}
