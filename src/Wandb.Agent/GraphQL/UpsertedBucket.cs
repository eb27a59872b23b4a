using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>The run as the server knows it after an upsert.</summary>
/// <param name="StorageId">The server's id of the run, for later upserts.</param>
/// <param name="Path">Entity and project as the server resolved them.</param>
/// <param name="HistoryLines">Lines of wandb-history.jsonl that the server has; 0 for a new run.</param>
/// <param name="Inserted">True if this request created the run.</param>
internal sealed record UpsertedBucket(
    string StorageId, RunPath Path, string? DisplayName, string? SweepName, long HistoryLines, bool Inserted);
