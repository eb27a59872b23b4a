using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>Where a request wants to go, and whether it may.</summary>
internal sealed class ProjectAccess(LocalBackendOptions options)
{
    // What the SDK itself writes when no project was named.
    private const string DefaultProject = "uncategorized";

    public RunKey Key(string? entity, string? project, string? run) => new(
        string.IsNullOrEmpty(entity) ? options.DefaultEntity : entity, string.IsNullOrEmpty(project) ? DefaultProject : project, run ?? "");

    /// <summary>The run named by entityName, projectName and runName.</summary>
    public RunKey Key(JsonObject input) => Key(input.Text("entityName"), input.Text("projectName"), input.Text("runName"));

    /// <summary>Why the caller may not go there; null when it may.</summary>
    public Resolution.Failed? Refusal(RunKey key, string operation)
    {
        if (options.ForbiddenEntities.Contains(key.Entity))
        {
            return new Resolution.Failed("permission denied", 403);
        }

        if (options.KnownEntities?.Contains(key.Entity) == false)
        {
            return new Resolution.Failed($"entity {key.Entity} not found during {operation}", 404);
        }

        return options.KnownProjects?.Contains($"{key.Entity}/{key.Project}") == false
            ? new Resolution.Failed($"project {key.Entity}/{key.Project} not found during {operation}", 404)
            : null;
    }
}
