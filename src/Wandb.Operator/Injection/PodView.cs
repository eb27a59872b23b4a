using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>Reads a pod's JSON, as far as it has the shape that we know; never changes it. What has another shape counts as absent.</summary>
internal sealed class PodView
{
    private static readonly JsonObject Nothing = [];

    public PodView(JsonObject pod)
    {
        Json = pod;
        Metadata = pod["metadata"] as JsonObject ?? Nothing;
        Spec = pod["spec"] as JsonObject ?? Nothing;
        Annotations = JsonRead.Texts(Metadata["annotations"]);
        Labels = JsonRead.Texts(Metadata["labels"]);
        Containers = ContainersOf("containers");
        InitContainers = ContainersOf("initContainers");
    }

    public JsonObject Json { get; }

    public JsonObject Metadata { get; }

    public JsonObject Spec { get; }

    public IReadOnlyDictionary<string, string> Annotations { get; }

    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>Regular containers; their index is that of the JSON array.</summary>
    public IReadOnlyList<ContainerView> Containers { get; }

    public IReadOnlyList<ContainerView> InitContainers { get; }

    /// <summary>Of several with one name the first one.</summary>
    public IReadOnlyDictionary<string, JsonObject> VolumesByName => field ??= JsonRead.Objects(Spec["volumes"])
        .GroupBy(volume => JsonRead.Text(volume["name"]) ?? "", StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    /// <summary>Empty while the API server has yet to make one of <c>generateName</c>.</summary>
    public string Name => JsonRead.Text(Metadata["name"]) ?? "";

    /// <summary>The name, or what it begins with.</summary>
    public string DisplayName => Name.Length > 0 ? Name : (JsonRead.Text(Metadata["generateName"]) ?? "") + "*";

    public JsonObject SecurityContext => Spec["securityContext"] as JsonObject ?? Nothing;

    private List<ContainerView> ContainersOf(string list) =>
        Spec[list] is JsonArray array
            ? [.. array.Select((node, index) => (node, index)).Where(item => item.node is JsonObject)
                .Select(item => new ContainerView((JsonObject)item.node!, item.index))]
            : [];
}
