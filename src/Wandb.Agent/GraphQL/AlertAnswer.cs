namespace Wandb.Agent.GraphQL;

/// <param name="Taken">False: the server understood the alert and did not send it.</param>
internal sealed record AlertAnswer(bool Taken);
