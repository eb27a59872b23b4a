using GraphQLParser.AST;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>The rules of GraphQL that catch a client's mistakes before anything is carried out.</summary>
internal static class GraphQLValidation
{
    /// <summary>The first thing that is wrong with a request, or null.</summary>
    public static string? FirstError(GraphQLRequest request) =>
        request.Operation.Operation == OperationType.Subscription
            ? "Schema is not configured for subscriptions."
            : Check(request, request.Operation.SelectionSet, request.RootType, []);

    private static string? Check(GraphQLRequest request, GraphQLSelectionSet set, string typeName, IReadOnlyList<string> within) =>
        set.Selections.Select(selection => selection switch
        {
            GraphQLField field => CheckField(request, field, typeName, within),
            GraphQLInlineFragment inline => Check(request, inline.SelectionSet, inline.TypeCondition?.Type.Name.StringValue ?? typeName, within),
            GraphQLFragmentSpread spread => CheckSpread(request, spread.FragmentName.Name.StringValue, typeName, within),
            _ => throw new System.Diagnostics.UnreachableException(),
        }).FirstOrDefault(error => error is not null);

    private static string? CheckSpread(GraphQLRequest request, string name, string typeName, IReadOnlyList<string> within)
    {
        if (!request.Fragments.TryGetValue(name, out var fragment))
        {
            return $"Unknown fragment \"{name}\".";
        }

        var condition = fragment.TypeCondition.Type.Name.StringValue;
        return within.Contains(name, StringComparer.Ordinal)
            ? $"Cannot spread fragment \"{name}\" within itself."
            : condition != typeName
                ? $"Fragment \"{name}\" cannot be spread here as objects of type \"{typeName}\" can never be of type \"{condition}\"."
                : Check(request, fragment.SelectionSet, condition, [.. within, name]);
    }

    private static string? CheckField(GraphQLRequest request, GraphQLField field, string typeName, IReadOnlyList<string> within)
    {
        var name = field.Name.StringValue;
        if (name == "__typename")
        {
            return null;
        }

        if (GraphQLSchema.Instance.Field(typeName, name) is not { } schema)
        {
            return $"Cannot query field \"{name}\" on type \"{typeName}\".";
        }

        var given = field.Arguments?.Select(argument => argument.Name.StringValue).ToList() ?? [];
        if (given.FirstOrDefault(argument => !schema.Arguments.ContainsKey(argument)) is { } unknown)
        {
            return $"Unknown argument \"{unknown}\" on field \"{name}\" of type \"{typeName}\".";
        }

        var missing = schema.Arguments.FirstOrDefault(argument => argument.Value is GraphQLNonNullType && !given.Contains(argument.Key, StringComparer.Ordinal)).Key;
        if (missing is not null)
        {
            return $"Field \"{name}\" argument \"{missing}\" is required but not provided.";
        }

        return (GraphQLSchema.Instance.IsObject(schema.TypeName), field.SelectionSet) switch
        {
            (true, { } set) => Check(request, set, schema.TypeName, within),
            (true, null) => $"Field \"{name}\" of type \"{schema.TypeName}\" must have a selection of subfields.",
            (false, not null) => $"Field \"{name}\" must not have a selection since type \"{schema.TypeName}\" has no subfields.",
            (false, null) => null,
        };
    }
}
