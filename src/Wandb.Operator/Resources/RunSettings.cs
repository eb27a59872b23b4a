using System.Text.Json;

namespace Wandb.Operator.Resources;

/// <summary>
/// What may be said for one run as well as for all runs of a namespace or of a cluster: <see cref="WandbRunSpec"/>,
/// <see cref="WandbProfileSpec"/> and the chart's values. Null: nothing is said here, the next layer is asked.
/// </summary>
internal record RunSettings
{
    public string? Project { get; init; }

    public string? Entity { get; init; }

    /// <summary>Becomes <c>WANDB_RUN_GROUP</c>; the SDK does not read WANDB_GROUP.</summary>
    public string? Group { get; init; }

    public string? JobType { get; init; }

    /// <summary>Name with <c>{job} {index} {attempt} {node} {label:KEY}</c>; what is not known is left out.</summary>
    public string? NameTemplate { get; init; }

    /// <summary>Each of 1 to 64 characters, without a comma; the first layer that has tags gives all of them.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Added by the agent, because the SDK has no variable for it; layers are merged key by key.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Config { get; init; }

    public ResumeMode? Resume { get; init; }

    public bool? SaveCode { get; init; }

    public bool? DisableCode { get; init; }

    public bool? SyncTensorboard { get; init; }

    public AnonymousMode? Anonymous { get; init; }

    public bool? Force { get; init; }

    public bool? Magic { get; init; }

    public bool? MonitorGym { get; init; }

    public bool? AllowValChange { get; init; }

    public ReinitMode? Reinit { get; init; }

    /// <summary>Absolute path; becomes <c>WANDB_DIR</c>.</summary>
    public string? Dir { get; init; }

    public RunMode? Mode { get; init; }

    public string? BaseUrl { get; init; }

    public SecretKeyReference? ApiKeySecretRef { get; init; }

    /// <summary>Further variables of the SDK; layers are merged name by name.</summary>
    public IReadOnlyDictionary<string, string>? Env { get; init; }

    /// <summary>Keys of the summary to show and to average.</summary>
    public IReadOnlyList<string>? SummaryMetrics { get; init; }

    public RankPolicy? Ranks { get; init; }

    public SyncSettings? Sync { get; init; }

    public AgentSettings? Agent { get; init; }

    public StorageSettings? Storage { get; init; }

    /// <summary>A pod that cannot be injected is refused instead of started without.</summary>
    public bool? Required { get; init; }

    /// <summary>Mounts <c>hook/sitecustomize.py</c> into the trainers, so that SIGTERM ends their runs in order.</summary>
    public bool? PythonHook { get; init; }

    /// <summary>Puts TMPDIR where the agent sees it, so that content of <c>Artifact.new_file</c> can be uploaded while the trainer lives.</summary>
    public bool? ShareTmp { get; init; }
}
