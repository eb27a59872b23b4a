using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>The answer to a request, and which run it was about.</summary>
internal sealed record GraphQLAnswer(int Status, JsonObject Body, StoredRun? Run, IReadOnlyList<string> Errors);

/// <summary>Carries out a valid request: root fields one after the other, then only what was selected.</summary>
internal static class GraphQLExecution
{
    /// <param name="request">A valid request.</param>
    /// <param name="resolve">Carries out one root field; gets its name and arguments.</param>
    public static GraphQLAnswer Run(GraphQLRequest request, Func<string, JsonObject, Resolution> resolve)
    {
        var data = new JsonObject();
        var errors = new List<(string Message, string Path)>();
        var status = 200;
        StoredRun? run = null;
        foreach (var field in GraphQLSelection.Fields(request, [request.Operation.SelectionSet]))
        {
            if (field.Name == "__typename")
            {
                data[field.ResponseName] = request.RootType;
                continue;
            }

            switch (resolve(field.Name, GraphQLValues.Arguments(field.Field, request.Variables)))
            {
                case Resolution.Resolved resolved:
                    run = resolved.Run ?? run;
                    data[field.ResponseName] = Select(request, resolved.Value, field);
                    break;
                case Resolution.Failed failed:
                    status = Math.Max(status, failed.Status);
                    errors.Add((failed.Message, field.ResponseName));
                    data[field.ResponseName] = null;
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }

        var body = new JsonObject { ["data"] = data };
        if (errors.Count > 0)
        {
            body["errors"] = new JsonArray([.. errors.Select(error => new JsonObject { ["message"] = error.Message, ["path"] = new JsonArray(error.Path) })]);
        }

        return new GraphQLAnswer(status, body, run, [.. errors.Select(error => error.Message)]);
    }

    private static JsonNode? Select(GraphQLRequest request, object? value, SelectedField field) => value switch
    {
        null => null,
        GraphQLObject found => SelectMembers(request, found, field),
        JsonNode node => node.DeepClone(),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(item => Select(request, item, field))]),
        IConvertible number => JsonValue.Create(number.ToInt64(CultureInfo.InvariantCulture)),
        _ => throw new System.Diagnostics.UnreachableException(value.GetType().Name),
    };

    private static JsonObject SelectMembers(GraphQLRequest request, GraphQLObject found, SelectedField field)
    {
        var members = new JsonObject();
        foreach (var member in GraphQLSelection.Fields(request, field.Selections))
        {
            members[member.ResponseName] = member.Name == "__typename"
                ? JsonValue.Create(found.TypeName)
                : Select(request, found.Value(member.Name, GraphQLValues.Arguments(member.Field, request.Variables)), member);
        }

        return members;
    }
}
