using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Cel;

/// <summary>A text as an expression; see <see cref="CelParser"/> for what is understood. Anything else is an error, never a guess.</summary>
internal static class CelExpression
{
    public static CelValue Evaluate(string text, IReadOnlyDictionary<string, JsonNode?> variables) =>
        CelParser.Parse(text, variables.Keys, out var problem) is { } node ? CelEvaluation.Of(node, variables) : CelValue.Error(problem!);
}
