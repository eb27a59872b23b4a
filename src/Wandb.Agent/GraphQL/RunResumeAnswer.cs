namespace Wandb.Agent.GraphQL;

/// <param name="Run">Null if the server has no such run.</param>
internal sealed record RunResumeAnswer(RunResumeState? Run);
