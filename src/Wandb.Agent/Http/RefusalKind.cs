namespace Wandb.Agent.Http;

/// <summary>What a person has to do about a refusal depends on this.</summary>
internal enum RefusalKind
{
    Other,

    /// <summary>401: the key is missing or wrong.</summary>
    Unauthorized,

    /// <summary>403: the key is right but may not do this.</summary>
    Forbidden,

    /// <summary>404: no such entity, project or run.</summary>
    NotFound,

    BadRequest,

    /// <summary>Status 200 with GraphQL errors.</summary>
    GraphQLErrors,
}
