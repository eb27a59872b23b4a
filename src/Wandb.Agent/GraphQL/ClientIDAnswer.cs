namespace Wandb.Agent.GraphQL;

/// <param name="ServerId">Null if the server has no such artifact.</param>
internal sealed record ClientIDAnswer(string? ServerId);
