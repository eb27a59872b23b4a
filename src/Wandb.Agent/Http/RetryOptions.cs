namespace Wandb.Agent.Http;

/// <summary>Waits and tries of failed requests. The defaults are those of wandb-core 0.28.2 (core/internal/api, core/internal/filetransfer).</summary>
internal sealed record RetryOptions
{
    /// <summary>Wait after the first failed try; it doubles with every further one. No wait is shorter, whatever a server asks for. Default 2 s.</summary>
    internal TimeSpan BaseDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest computed wait. Default 60 s. A server's Retry-After may be longer.</summary>
    internal TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Tries of a file-stream request. Default 10,085: about 7 days.</summary>
    internal int FileStreamTries { get; init; } = 10_085;

    /// <summary>Tries of a GraphQL request. Default 20: about 17 minutes.</summary>
    internal int GraphQLTries { get; init; } = 20;

    /// <summary>Tries of a PUT to an upload URL. Default 20.</summary>
    internal int FilePutTries { get; init; } = 20;
}
