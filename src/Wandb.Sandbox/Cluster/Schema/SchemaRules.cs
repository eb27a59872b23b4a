using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Cel;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Schema;

/// <summary>
/// The rules of a schema (x-kubernetes-validations), in the part of CEL that <see cref="CelParser"/> reads; a definition with any other rule is
/// refused. Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/cel/validation.go.
/// </summary>
internal static class SchemaRules
{
    private const string Rules = "x-kubernetes-validations";
    private const string Self = "self";

    // As many as the definitions have.
    private static readonly ConcurrentDictionary<string, CelNode> Known = new(StringComparer.Ordinal);

    /// <summary>Told in place of the rules where <see cref="AreHidden"/>.</summary>
    public static FieldProblem Hidden { get; } = FieldProblem.Invalid(
        "<nil>", null, "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation");

    /// <summary>Rules are evaluated of objects only whose types are right and whose sizes have a bound.</summary>
    public static bool AreHidden(IEnumerable<FieldProblem> problems) => problems.Any(problem =>
        problem.Reason is "FieldValueRequired" or "FieldValueNotSupported" or "FieldValueTypeInvalid" or "FieldValueTooLong" or "FieldValueTooMany");

    /// <summary>What of a definition's rules is not understood.</summary>
    /// <param name="path">Of the schema within the definition.</param>
    public static IEnumerable<FieldProblem> Install(JsonObject schema, string path)
    {
        foreach (var (rule, index) in schema.Objects(Rules).Select((rule, index) => (rule, index)))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}.{Rules}[{index}]");
            if (CelParser.Parse(rule.Text("rule") ?? "", [Self], out var problem) is null)
            {
                yield return FieldProblem.Invalid(place + ".rule", rule["rule"], "compilation failed: ERROR: " + problem);
            }

            foreach (var (name, _) in rule.Where(member => member.Key is not ("rule" or "message" or "fieldPath")))
            {
                yield return FieldProblem.Forbidden($"{place}.{name}", "the sandbox does not know it");
            }
        }

        var parts = (schema["properties"] as JsonObject ?? []).Select(member => (Node: member.Value, Name: $".properties[{member.Key}]"))
            .Append((Node: schema["additionalProperties"], Name: ".additionalProperties"))
            .Append((Node: schema["items"], Name: ".items"));
        foreach (var problem in parts.SelectMany(part => part.Node is JsonObject inner ? Install(inner, path + part.Name) : []))
        {
            yield return problem;
        }
    }

    /// <param name="before">Null for a new object. What a change leaves as it was is not told again, as with CRDValidationRatcheting.</param>
    public static IEnumerable<FieldProblem> Check(JsonNode? value, JsonNode? before, JsonObject schema) => Check(value, before, schema, "");

    private static IEnumerable<FieldProblem> Check(JsonNode? value, JsonNode? before, JsonObject schema, string path)
    {
        if (value is null || JsonNode.DeepEquals(value, before))
        {
            return [];
        }

        var own = schema.Objects(Rules).Select(rule => Broken(value, rule, schema, path)).OfType<FieldProblem>();
        return value switch
        {
            JsonObject map => own.Concat(map.SelectMany(member => (schema.At("properties", member.Key) ?? schema["additionalProperties"]) is JsonObject inner
                ? Check(member.Value, before.At(member.Key), inner, path.Length == 0 ? member.Key : path + "." + member.Key)
                : [])),
            // Items have no counterpart in the list of before.
            JsonArray list when schema["items"] is JsonObject items => own.Concat(list.SelectMany((item, index) =>
                Check(item, null, items, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]")))),
            _ => own,
        };
    }

    private static FieldProblem? Broken(JsonNode value, JsonObject rule, JsonObject schema, string path)
    {
        var text = rule.Text("rule") ?? "";
        var node = Known.GetOrAdd(text, static wanted => CelParser.Parse(wanted, [Self], out var problem) ?? throw new InvalidOperationException($"rule '{wanted}' was installed: {problem}"));
        var result = CelEvaluation.Of(node, new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { [Self] = value });
        var told = rule.Text("message")?.Trim() ?? $"failed rule: {text.Trim()}";
        return result.Truth switch
        {
            true => null,
            false => FieldProblem.Invalid((path + rule.Text("fieldPath")).TrimStart('.'), schema.Text("type"), told),
            null => FieldProblem.Invalid(path, schema.Text("type"), $"{result.Problem} evaluating rule: {told}"),
        };
    }
}
