using Wandb.Agent.Logs;
using Wandb.Agent.Reports;
using Wandb.Contract;

namespace Wandb.Agent.Sidecar;

/// <summary>What <c>wandb-agent run</c> was told, checked.</summary>
internal sealed record SidecarSettings
{
    /// <summary>Whole seconds that SIGTERM leaves. Default 25: what <c>kubectl</c>'s 30 leave with a margin.</summary>
    public const int DefaultGraceSeconds = 25;

    public LogSettings Log { get; init; } = new();

    /// <summary>Full paths; at least one; need not exist yet.</summary>
    public required IReadOnlyList<string> Roots { get; init; }

    /// <summary>Names of the injected containers; empty: not in a pod.</summary>
    public IReadOnlyList<string> Containers { get; init; } = [];

    /// <summary>Null: as for the other commands.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>Null: the key comes from where the other commands take it.</summary>
    public string? ApiKeyFile { get; init; }

    public SyncPolicy Policy { get; init; } = SyncPolicy.Live;

    public RunMode Mode { get; init; } = RunMode.Offline;

    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(DefaultGraceSeconds);

    /// <summary>The run directories are still there when the pod has gone: what cannot be sent at the end is sent by another agent.</summary>
    public bool KeepsStorage { get; init; }

    /// <summary>The process ends with 0 whatever became of the runs, and whatever is wrong with the settings.</summary>
    public bool EndsWithZero { get; init; }

    /// <summary>TMPDIR of the trainers, whose files of Artifact.new_file are kept open; null: it is not shared.</summary>
    public string? TemporaryDirectory { get; init; }

    /// <summary>Age of a receipt at which its run directory is removed; null: never.</summary>
    public TimeSpan? DeleteAfter { get; init; }

    public RunAdditions Additions { get; init; } = new();

    /// <summary>Null: no reports.</summary>
    public OperatorAddress? Operator { get; init; }

    /// <summary>File that tells how the writer ended; null: nobody writes one.</summary>
    public string? WriterExitFile { get; init; }

    public PodFacts Pod { get; init; } = new();

    /// <summary>The agent uploads.</summary>
    public bool Sends => Mode == RunMode.Offline && Policy != SyncPolicy.Manual;

    /// <summary>Why nobody uploads a run that an offline SDK writes, in a sentence; null: the agent does.</summary>
    public string? Unsent => (Sends, Mode) switch
    {
        (true, _) => null,
        (_, RunMode.Offline) => "it waits in its file for `wandb-agent sync`: with the sync policy Manual nobody sends it before",
        _ => "it waits in its file for `wandb-agent sync`: it was begun offline, and with the mode online nobody sends such a run before",
    };
}
