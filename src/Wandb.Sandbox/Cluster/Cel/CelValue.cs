using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Cel;

/// <summary>What an expression yields: a value (null is a value), or why there is none.</summary>
internal readonly record struct CelValue(JsonNode? Node, string? Problem)
{
    /// <summary>Of a value that url() made; JSON has no such kind.</summary>
    public CelUrl? Url { get; private init; }

    public static CelValue Of(JsonNode? node) => new(node, null);

    public static CelValue Of(CelUrl url) => new(null, null) { Url = url };

    public static CelValue Error(string problem) => new(null, problem);

    /// <summary>Null when the value is no boolean.</summary>
    public bool? Truth => Problem is not null ? null : Node?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
