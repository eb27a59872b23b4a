using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>One <c>add</c> of RFC 6902: the only operation that we use.</summary>
/// <param name="Path">RFC 6901 pointer.</param>
/// <param name="Value">A node without a parent.</param>
internal sealed record JsonPatchOperation(string Path, JsonNode Value)
{
    public const string Add = "add";
}
