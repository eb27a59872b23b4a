namespace Wandb.Operator.Watching;

/// <summary>Sizes and times of one watch.</summary>
internal sealed record WatchLimits
{
    public static WatchLimits Default { get; } = new();

    /// <summary>Objects of one list page. 500 is what kubectl and client-go ask for.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>The server ends a watch after once to twice this, so that watches spread over its replicas; client-go asks for the same.</summary>
    public TimeSpan WatchTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A watch that says nothing for so long is given up and everything is listed again. The API server sends a bookmark about every
    /// minute, so four are missing by then.
    /// </summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>
    /// Bytes of one object as JSON; the memory that reading takes. etcd refuses objects over 1.5 MiB, which JSON may make several times
    /// larger, so more than this is no answer of a sound server.
    /// </summary>
    public int MaxObjectBytes { get; init; } = 16 << 20;

    /// <summary>Waits after failures.</summary>
    public RetryDelay Retry { get; init; } = RetryDelay.Watch;
}
