namespace Wandb.Agent.GraphQL;

/// <summary>Whose the key is: asked to see whether anybody answers, and where runs go that name no entity.</summary>
internal static class Viewer
{
    private const string Document = "query Viewer { viewer { id entity } }";

    internal static GraphQLRequest<ViewerAnswer> Request() => new("Viewer", Document, null, static data => new ViewerAnswer(data.StringAt("viewer", "entity")));
}

/// <param name="Entity">The key's default entity; null if the server does not tell.</param>
internal sealed record ViewerAnswer(string? Entity);
