namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>
/// The name under which a request is counted and matched by fault rules. It follows from the root field that is selected: clients may
/// name their operations as they like.
/// </summary>
internal static class OperationName
{
    public static string Of(GraphQLRequest request)
    {
        var root = GraphQLSelection.Fields(request, [request.Operation.SelectionSet]).FirstOrDefault(field => field.Name != "__typename");
        return root is null
            ? "Unknown"
            : root.Name switch
            {
                "serverInfo" => Selects(request, root, "features") ? "ServerFeaturesQuery" : "ServerInfo",
                "model" or "project" => OfProject(request, root),
                "clientIDMapping" => "ClientIDMapping",
                var name => string.Concat(name[..1].ToUpperInvariant(), name.AsSpan(1)),
            };
    }

    private static string OfProject(GraphQLRequest request, SelectedField project)
    {
        var run = GraphQLSelection.Fields(request, project.Selections).FirstOrDefault(field => field.Name is "bucket" or "run");
        return run switch
        {
            null => "Project",
            _ when Selects(request, run, "historyLineCount") => "RunResumeStatus",
            _ when Selects(request, run, "stopped") => "RunStoppedStatus",
            _ when Selects(request, run, "files") => "RunFiles",
            _ => "RunResumeStatus",
        };
    }

    private static bool Selects(GraphQLRequest request, SelectedField field, string name) =>
        GraphQLSelection.Fields(request, field.Selections).Any(member => member.Name == name);
}
