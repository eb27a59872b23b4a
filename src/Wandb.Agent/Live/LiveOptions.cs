namespace Wandb.Agent.Live;

/// <summary>How a growing run is followed.</summary>
internal sealed record LiveOptions
{
    /// <summary>
    /// Least time between two file-stream requests of one run, and between two looks at its file. Default 500 ms: the server lets two requests
    /// a second pass for each run.
    /// </summary>
    public TimeSpan MinInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A file that did not grow for so long is looked at less often. Default 5 s.</summary>
    public TimeSpan QuietAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between two looks at a file that is quiet. Default 1 s: the first row after a pause is still sent within two.</summary>
    public TimeSpan QuietInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long changes of the config and of the run's identity are gathered, and new files. Default 5 s, as in wandb-core.</summary>
    public TimeSpan ConfigDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Least time between two uploads of changing files, those of the policy <c>live</c>; after a long upload five times as long as it took.
    /// Default 15 s.
    /// </summary>
    public TimeSpan FileInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After so long without a request at most an empty one is sent: the server takes a silent run for crashed. Default 30 s, three fifths at least.
    /// </summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest silence before the next heartbeat: runs that began together would go on to send theirs together.</summary>
    /// <param name="drawn">From 0 to 1.</param>
    public TimeSpan SilenceAllowed(double drawn) => Heartbeat * (0.6 + 0.4 * drawn);

    /// <summary>
    /// How long damage in a file that is followed must stay before it is taken for damage. Default 5 s: on a network's file system a length may be seen before
    /// all of the bytes.
    /// </summary>
    public TimeSpan DamagePatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a file must be quiet after its exit record before it counts as complete. Default 1 s.</summary>
    public TimeSpan ExitSettle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the roots are searched for new runs where the system does not tell of them. Default 1 s.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the server may be away after the end was asked for, where the run files stay: what cannot be sent now is sent by the next agent.
    /// Default 5 s.
    /// </summary>
    public TimeSpan DarkPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long rows wait for an alert before them. Default 5 s: a server that is well takes it at once, and one that is not keeps no row waiting.
    /// </summary>
    public TimeSpan AlertPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When a run, its config or its alerts are tried again that could not be sent. Default 60 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(60);
}
