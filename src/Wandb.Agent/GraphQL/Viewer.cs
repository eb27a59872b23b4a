namespace Wandb.Agent.GraphQL;

/// <summary>Whose the key is: asked only to see whether anybody answers.</summary>
internal static class Viewer
{
    private const string Document = "query Viewer { viewer { id } }";

    internal static GraphQLRequest<ViewerAnswer> Request() => new("Viewer", Document, null, static _ => new ViewerAnswer());
}

internal sealed record ViewerAnswer;
