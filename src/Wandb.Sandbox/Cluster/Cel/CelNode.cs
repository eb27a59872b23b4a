using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Cel;

/// <summary>An expression that has been read.</summary>
internal abstract record CelNode
{
    private CelNode()
    {
    }

    public sealed record Literal(JsonNode? Value) : CelNode;

    public sealed record Variable(string Name) : CelNode;

    public sealed record Member(CelNode Target, string Field) : CelNode;

    /// <summary>has(target.field).</summary>
    public sealed record Has(CelNode Target, string Field) : CelNode;

    public sealed record Index(CelNode Target, CelNode Key) : CelNode;

    public sealed record Items(IReadOnlyList<CelNode> Parts) : CelNode;

    public sealed record Not(CelNode Operand) : CelNode;

    /// <param name="Decides">The value of one side that decides: true for ||, false for &amp;&amp;.</param>
    public sealed record Logic(bool Decides, CelNode Left, CelNode Right) : CelNode;

    public sealed record Relation(string Sign, CelNode Left, CelNode Right) : CelNode;

    public sealed record Conditional(CelNode Condition, CelNode Yes, CelNode No) : CelNode;

    /// <summary>A function; what stands before its dot is the first argument.</summary>
    public sealed record Call(Func<IReadOnlyList<CelValue>, CelValue> Function, IReadOnlyList<CelNode> Arguments) : CelNode;

    /// <summary>range.exists(name, body) and range.all(name, body): over the items of a list or the keys of a map.</summary>
    /// <param name="Decides">The value of one round that decides: true for exists, false for all.</param>
    public sealed record Each(bool Decides, CelNode Range, string Name, CelNode Body) : CelNode;
}
