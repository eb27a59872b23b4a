using GraphQLParser.AST;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>What a selection set selects.</summary>
internal static class GraphQLSelection
{
    /// <summary>
    /// The fields by the name they have in the answer, in order, fragments resolved and @include/@skip obeyed. A name that is selected
    /// more than once (here and in a fragment) comes once, with all of its selection sets.
    /// </summary>
    public static IReadOnlyList<SelectedField> Fields(GraphQLRequest request, IEnumerable<GraphQLSelectionSet> sets)
    {
        var fields = new List<SelectedField>();
        foreach (var field in sets.SelectMany(set => Flatten(request, set)))
        {
            var name = (field.Alias?.Name ?? field.Name).StringValue;
            var known = fields.FindIndex(other => other.ResponseName == name);
            if (known < 0)
            {
                fields.Add(new SelectedField(name, field, field.SelectionSet is { } own ? [own] : []));
            }
            else if (field.SelectionSet is { } more)
            {
                fields[known] = fields[known] with { Selections = [.. fields[known].Selections, more] };
            }
        }

        return fields;
    }

    private static IEnumerable<GraphQLField> Flatten(GraphQLRequest request, GraphQLSelectionSet set)
    {
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case GraphQLField field when Included(request, field.Directives):
                    yield return field;
                    break;
                case GraphQLInlineFragment inline when Included(request, inline.Directives):
                    foreach (var field in Flatten(request, inline.SelectionSet))
                    {
                        yield return field;
                    }

                    break;
                case GraphQLFragmentSpread spread when Included(request, spread.Directives):
                    foreach (var field in Flatten(request, request.Fragments[spread.FragmentName.Name.StringValue].SelectionSet))
                    {
                        yield return field;
                    }

                    break;
            }
        }
    }

    private static bool Included(GraphQLRequest request, GraphQLDirectives? directives) =>
        directives?.All(directive => directive.Name.StringValue switch
        {
            "include" => Condition(request, directive),
            "skip" => !Condition(request, directive),
            _ => true,
        }) ?? true;

    private static bool Condition(GraphQLRequest request, GraphQLDirective directive) =>
        directive.Arguments?.FirstOrDefault(argument => argument.Name.StringValue == "if") is { } condition
        && GraphQLValues.Evaluate(condition.Value, request.Variables).Node is { } node
        && node.GetValueKind() == System.Text.Json.JsonValueKind.True;
}

/// <summary>One field of an answer.</summary>
/// <param name="ResponseName">Its alias, or its name.</param>
/// <param name="Field">The field itself with its arguments.</param>
/// <param name="Selections">What is selected below it.</param>
internal sealed record SelectedField(string ResponseName, GraphQLField Field, IReadOnlyList<GraphQLSelectionSet> Selections)
{
    public string Name => Field.Name.StringValue;
}
