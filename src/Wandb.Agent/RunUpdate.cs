using Wandb.Agent.GraphQL;
using Wandb.Agent.State;

namespace Wandb.Agent;

/// <summary>A change of a run that the server is to be told of, as it was when the request was made.</summary>
/// <param name="Sent">The run's identity by then, see <see cref="RunIdentity.Acknowledge"/>.</param>
/// <param name="Config">The run's whole config by then, as JSON.</param>
internal sealed record RunUpdate(UpsertVariables Sent, byte[] Config, GraphQLRequest<UpsertedBucket> Request);
