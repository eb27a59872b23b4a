using System.Globalization;
using System.Text.Json.Nodes;
using GraphQLParser.AST;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>An evaluated value; <paramref name="IsAbsent"/> when it is a variable that was not given (not the same as null).</summary>
internal readonly record struct EvaluatedValue(JsonNode? Node, bool IsAbsent);

/// <summary>Literals and variables of a document as JSON.</summary>
internal static class GraphQLValues
{
    public static EvaluatedValue Evaluate(GraphQLValue value, JsonObject variables) => value switch
    {
        GraphQLVariable variable => variables.TryGetPropertyValue(variable.Name.StringValue, out var given)
            ? new EvaluatedValue(given?.DeepClone(), false)
            : new EvaluatedValue(null, true),
        GraphQLIntValue number => Literal(JsonNode.Parse(number.Value.Span.ToString())),
        GraphQLFloatValue number => Literal(JsonNode.Parse(number.Value.Span.ToString())),
        GraphQLStringValue text => Literal(JsonValue.Create(text.Value.ToString())),
        GraphQLEnumValue word => Literal(JsonValue.Create(word.Name.StringValue)),
        GraphQLTrueBooleanValue => Literal(JsonValue.Create(true)),
        GraphQLFalseBooleanValue => Literal(JsonValue.Create(false)),
        GraphQLNullValue => Literal(null),
        GraphQLListValue list => Literal(new JsonArray([.. list.Values?.Select(item => Evaluate(item, variables).Node) ?? []])),
        GraphQLObjectValue members => Literal(ToObject(members, variables)),
        _ => throw new System.Diagnostics.UnreachableException(value.Kind.ToString()),
    };

    /// <summary>Arguments of a field; those whose variable was not given are left out.</summary>
    public static JsonObject Arguments(GraphQLField field, JsonObject variables)
    {
        var arguments = new JsonObject();
        foreach (var argument in field.Arguments?.Items ?? [])
        {
            var value = Evaluate(argument.Value, variables);
            if (!value.IsAbsent)
            {
                arguments[argument.Name.StringValue] = value.Node;
            }
        }

        return arguments;
    }

    private static EvaluatedValue Literal(JsonNode? node) => new(node, false);

    private static JsonObject ToObject(GraphQLObjectValue value, JsonObject variables)
    {
        var members = new JsonObject();
        foreach (var field in value.Fields ?? [])
        {
            var member = Evaluate(field.Value, variables);
            if (!member.IsAbsent)
            {
                members[field.Name.StringValue] = member.Node;
            }
        }

        return members;
    }

    /// <summary>A member as text: strings as they are, numbers and booleans by their JSON form; null when absent or null.</summary>
    public static string? Text(this JsonObject members, string name) => members[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => text,
        var other => string.Format(CultureInfo.InvariantCulture, "{0}", other.ToJsonString()),
    };

    /// <summary>The objects of a list; empty when absent or null.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonObject members, string name) =>
        (members[name] as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>The texts of a list; empty when absent or null.</summary>
    public static IEnumerable<string> Texts(this JsonObject members, string name) =>
        (members[name] as JsonArray)?.OfType<JsonValue>().Select(value => value.TryGetValue(out string? text) ? text : value.ToJsonString()) ?? [];
}
