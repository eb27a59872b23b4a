namespace Wandb.Agent.Http;

/// <summary>Settings of <see cref="WandbHttp"/>.</summary>
internal sealed record WandbHttpOptions
{
    internal RetryOptions Retry { get; init; } = new();

    /// <summary>
    /// A file-stream request has no time-out as a whole: a body of 8 MiB takes as long as the line needs. One that moves no byte for this long, or whose
    /// answer does not come, is tried again. Default 180 s.
    /// </summary>
    internal TimeSpan FileStreamStall { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>One try of a GraphQL request, answer included. Default 30 s.</summary>
    internal TimeSpan GraphQLTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>As <see cref="FileStreamStall"/>, for a PUT. Default 180 s.</summary>
    internal TimeSpan FilePutStall { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>Longest answer that is read. Default 64 MiB: the upload URLs of 2,000 artifact files are 4 MiB.</summary>
    internal int MaxAnswerBytes { get; init; } = 64 << 20;

    /// <summary>When it is cancelled there is little time left: waits that no server asked for are cut short.</summary>
    internal CancellationToken Hurry { get; init; }

    /// <summary>Longest such wait then. Default 1 s.</summary>
    internal TimeSpan HurriedDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Random numbers from 0 to 1 for the jitter of waits.</summary>
    internal Func<double> NextJitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>Sent as <c>User-Agent: wandb-agent/VERSION</c>.</summary>
    internal string Version { get; init; } = typeof(WandbHttpOptions).Assembly.GetName().Version?.ToString(3) ?? "0";
}
