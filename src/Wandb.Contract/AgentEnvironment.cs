namespace Wandb.Contract;

/// <summary>
/// Names of the variables that the operator writes into the agent's container and that <c>wandb-agent run</c> reads. None of them is set in
/// a training container. <c>WANDB_BASE_URL</c>, <c>WANDB_ENTITY</c> and <c>WANDB_PROJECT</c> have their usual meaning and are not repeated here.
/// </summary>
public static class AgentEnvironment
{
    /// <summary>Directories below which runs appear, separated by <c>:</c>; need not exist yet.</summary>
    public const string Roots = "WANDB_AGENT_ROOTS";

    /// <summary>
    /// Names of the injected containers, separated by <c>,</c>. With one name, every run is its. With several, the runs of a container
    /// are those below <c>ROOT/NAME/</c>; others belong to no container that is known.
    /// </summary>
    public const string Containers = "WANDB_AGENT_CONTAINERS";

    /// <summary>Directory for the agent's own files about runs whose directory it may not write.</summary>
    public const string StateDirectory = "WANDB_AGENT_STATE_DIR";

    /// <summary>File that holds the W&amp;B API key; read anew after a refusal, because Secrets change.</summary>
    public const string ApiKeyFile = "WANDB_AGENT_API_KEY_FILE";

    /// <summary><c>Live</c> (default), <c>AtExit</c> (nothing is sent before the containers have ended) or <c>Manual</c> (only observed).</summary>
    public const string SyncPolicy = "WANDB_AGENT_SYNC_POLICY";

    /// <summary><c>offline</c> (default): the agent uploads. <c>online</c>: the SDK uploads, the agent only observes.</summary>
    public const string Mode = "WANDB_AGENT_MODE";

    /// <summary>Whole seconds that SIGTERM leaves for sending what is there: the pod's grace period less a margin.</summary>
    public const string GraceSeconds = "WANDB_AGENT_GRACE_SECONDS";

    /// <summary>
    /// <see cref="KeptStorage"/>: the run directories outlive the pod, so that another agent can send what could not be sent at the end.
    /// <c>pod</c> or unset: they go with it.
    /// </summary>
    public const string Storage = "WANDB_AGENT_STORAGE";

    /// <summary>A value of <see cref="Storage"/>.</summary>
    public const string KeptStorage = "kept";

    /// <summary><see cref="ZeroExitStatus"/>: the agent ends with 0 whatever is on the server, because its code would decide over a Job. Unset: see docs/sidecar.md.</summary>
    public const string ExitStatus = "WANDB_AGENT_EXIT_STATUS";

    /// <summary>A value of <see cref="ExitStatus"/>.</summary>
    public const string ZeroExitStatus = "zero";

    /// <summary>TMPDIR of the training containers, where it is shared: files that they make for artifacts there are kept open. Unset: none.</summary>
    public const string TemporaryDirectory = "WANDB_AGENT_TEMPORARY_DIR";

    /// <summary>Age of a receipt at which its run directory is removed, e.g. <c>24h</c>; unset: never.</summary>
    public const string DeleteAfter = "WANDB_AGENT_DELETE_AFTER";

    /// <summary>What the agent adds to each run: JSON of <see cref="RunAdditions"/>.</summary>
    public const string RunAdditions = "WANDB_AGENT_RUN_ADDITIONS";

    /// <summary>Address that takes <see cref="AgentReport"/>; unset: no reports.</summary>
    public const string ReportUrl = "WANDB_AGENT_REPORT_URL";

    /// <summary>File with the projected service-account token (audience <see cref="AgentPaths.TokenAudience"/>); read anew for each report.</summary>
    public const string ReportTokenFile = "WANDB_AGENT_REPORT_TOKEN_FILE";

    /// <summary>Certificates, PEM, that the address's own may be signed by, in place of the system's.</summary>
    public const string ReportCa = "WANDB_AGENT_REPORT_CA";

    /// <summary>Namespace of the pod.</summary>
    public const string PodNamespace = "WANDB_AGENT_POD_NAMESPACE";

    /// <summary>Name of the pod.</summary>
    public const string PodName = "WANDB_AGENT_POD_NAME";

    /// <summary>UID of the pod.</summary>
    public const string PodUid = "WANDB_AGENT_POD_UID";

    /// <summary>Node of the pod.</summary>
    public const string NodeName = "WANDB_AGENT_NODE_NAME";

    /// <summary>Kind of the pod's controller, e.g. <c>Job</c>.</summary>
    public const string OwnerKind = "WANDB_AGENT_OWNER_KIND";

    /// <summary>Name of the pod's controller.</summary>
    public const string OwnerName = "WANDB_AGENT_OWNER_NAME";

    /// <summary>Completion index of an Indexed Job; empty or unset without one.</summary>
    public const string CompletionIndex = "WANDB_AGENT_COMPLETION_INDEX";

    /// <summary>Images of the injected containers: a JSON object of container name to image.</summary>
    public const string Images = "WANDB_AGENT_IMAGES";

    /// <summary>Labels of the pod that were asked for: a JSON object of label to value.</summary>
    public const string Labels = "WANDB_AGENT_LABELS";

    /// <summary><c>debug</c>, <c>info</c>, <c>warning</c> or <c>error</c>; unset: <c>info</c>.</summary>
    public const string LogLevel = "WANDB_AGENT_LOG_LEVEL";

    /// <summary><c>text</c> or <c>json</c>; unset: <c>text</c>.</summary>
    public const string LogFormat = "WANDB_AGENT_LOG_FORMAT";
}
