namespace Wandb.Agent.Http;

/// <summary>What a request is for. It decides which answers are tried again, how often, and with which time-out.</summary>
internal enum RequestKind
{
    FileStream,
    GraphQL,

    /// <summary>UpsertBucket: like GraphQL, but 409 (another writer created the run at the same moment) is tried again.</summary>
    GraphQLUpsert,

    /// <summary>PUT to an upload URL: no Authorization header.</summary>
    FilePut,
}
