using System.Text.Json;
using System.Text.Json.Nodes;
using GraphQLParser;
using GraphQLParser.AST;
using GraphQLParser.Exceptions;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>A valid request: the operation to carry out, the fragments it may spread, the variables with their defaults.</summary>
internal sealed record GraphQLRequest(
    GraphQLOperationDefinition Operation, IReadOnlyDictionary<string, GraphQLFragmentDefinition> Fragments, JsonObject Variables)
{
    /// <summary>Query or Mutation.</summary>
    public string RootType => Operation.Operation == OperationType.Mutation ? "Mutation" : "Query";

    /// <summary>Reads {"query", "variables", "operationName"} and checks it against the schema. Never throws on bad data.</summary>
    public static GraphQLRequestResult Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            if (JsonNode.Parse(body.Span) is not JsonObject message || message["query"] is not JsonValue query || query.GetValueKind() != JsonValueKind.String)
            {
                return new GraphQLRequestResult.Invalid("Must provide query string.");
            }

            var document = Parser.Parse(query.GetValue<string>());
            var name = message["operationName"]?.GetValue<string>();
            return message["variables"] is null or JsonObject
                ? Choose(document, name is "" ? null : name, message["variables"] as JsonObject)
                : new GraphQLRequestResult.Invalid("Variables are no object.");
        }
        catch (Exception error) when (error is JsonException or GraphQLParserException or InvalidOperationException or ArgumentException)
        {
            // InvalidOperationException: operationName of another type; ArgumentException: a key that comes twice.
            return new GraphQLRequestResult.Invalid(error.Message);
        }
    }

    private static GraphQLRequestResult Choose(GraphQLDocument document, string? name, JsonObject? variables)
    {
        var operations = document.Definitions.OfType<GraphQLOperationDefinition>().Where(o => name is null || o.Name?.StringValue == name).ToList();
        if (operations is not [var operation])
        {
            return new GraphQLRequestResult.Invalid(
                operations.Count > 0 ? "Must provide operation name if query contains multiple operations." : $"Unknown operation named \"{name}\".");
        }

        var fragments = new Dictionary<string, GraphQLFragmentDefinition>(StringComparer.Ordinal);
        foreach (var fragment in document.Definitions.OfType<GraphQLFragmentDefinition>())
        {
            fragments[fragment.FragmentName.Name.StringValue] = fragment;
        }

        var values = new JsonObject();
        foreach (var variable in operation.Variables?.Items ?? [])
        {
            var variableName = variable.Variable.Name.StringValue;
            if (variables?.TryGetPropertyValue(variableName, out var given) == true)
            {
                values[variableName] = given?.DeepClone();
            }
            else if (variable.DefaultValue is { } value)
            {
                values[variableName] = GraphQLValues.Evaluate(value, []).Node;
            }

            if (variable.Type is GraphQLNonNullType && values[variableName] is null)
            {
                return new GraphQLRequestResult.Invalid($"Variable \"${variableName}\" of required type was not provided.");
            }
        }

        var request = new GraphQLRequest(operation, fragments, values);
        return GraphQLValidation.FirstError(request) is { } error ? new GraphQLRequestResult.Invalid(error) : new GraphQLRequestResult.Valid(request);
    }
}

/// <summary>Outcome of <see cref="GraphQLRequest.Parse"/>.</summary>
internal abstract record GraphQLRequestResult
{
    private GraphQLRequestResult()
    {
    }

    public sealed record Valid(GraphQLRequest Request) : GraphQLRequestResult;

    public sealed record Invalid(string Message) : GraphQLRequestResult;
}
