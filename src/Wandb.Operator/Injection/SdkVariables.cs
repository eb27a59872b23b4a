using System.Globalization;
using System.Text.RegularExpressions;

namespace Wandb.Operator.Injection;

/// <summary>
/// What the SDK takes in its variables, and which of them are not free: another value crashes <c>wandb.init()</c>, because pydantic makes no
/// bool and no number of it. The rules of <c>env</c> in <c>crds/</c> say the same, and a test compares them. Names are those with WANDB_X_,
/// which the SDK also reads as WANDB__. Source: the fields of Settings in <c>wandb_settings.py</c>, 0.28.2, and update_from_env_vars.
/// </summary>
internal static partial class SdkVariables
{
    private const string Crash = ", which crashes wandb.init()";
    private const string AlwaysCrashes = "crashes wandb.init() whatever its value is";
    private const string HasField = "has a field of its own; use that";
    private const string SharesRuns = "is what the operator sets to share runs with the agent; use dir";
    private const string SamplingInterval = "WANDB_X_STATS_SAMPLING_INTERVAL";
    private const double MinSamplingSeconds = 0.1;

    /// <summary>With why, to be put behind the name.</summary>
    public static IReadOnlyDictionary<string, string> NotFree { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["WANDB_API_KEY"] = "would show the key to everybody who may read the WandbRun; use apiKeySecretRef",
        ["WANDB_GROUP"] = "does nothing; the field is group",
        ["WANDB_X_SKIP_TRANSACTION_LOG"] = "leaves no run file, so that nothing could be uploaded",
        // Lists, maps and functions, which a variable is not.
        ["WANDB_CONFIG_PATHS"] = AlwaysCrashes,
        ["WANDB_AZURE_ACCOUNT_URL_TO_ACCESS_KEY"] = AlwaysCrashes,
        ["WANDB_CAPTURE_LOGGERS"] = AlwaysCrashes,
        ["WANDB_STOP_FN"] = AlwaysCrashes,
        ["WANDB_X_PROXIES"] = AlwaysCrashes,
        ["WANDB_X_STATS_DISK_PATHS"] = AlwaysCrashes,
        ["WANDB_CONFIG_DIR"] = SharesRuns,
        ["WANDB_DIR"] = SharesRuns,
        ["WANDB_ROOT_DIR"] = SharesRuns,
        ["WANDB_DATA_DIR"] = SharesRuns,
        ["WANDB_CACHE_DIR"] = SharesRuns,
        ["WANDB_ARTIFACT_DIR"] = SharesRuns,
        ["WANDB_MODE"] = HasField,
        ["WANDB_PROJECT"] = HasField,
        ["WANDB_ENTITY"] = HasField,
        ["WANDB_RUN_GROUP"] = HasField,
        ["WANDB_JOB_TYPE"] = HasField,
        ["WANDB_RUN_JOB_TYPE"] = HasField,
        ["WANDB_NAME"] = HasField,
        ["WANDB_RUN_NAME"] = HasField,
        ["WANDB_NOTES"] = HasField,
        ["WANDB_RUN_NOTES"] = HasField,
        ["WANDB_TAGS"] = HasField,
        ["WANDB_RUN_TAGS"] = HasField,
        ["WANDB_RUN_ID"] = HasField,
        ["WANDB_RESUME"] = HasField,
        ["WANDB_BASE_URL"] = HasField,
    };

    /// <summary>Where in another run a run begins: of these and <c>resume</c>, <c>wandb.init()</c> takes only one.</summary>
    public static IReadOnlyList<string> Branches { get; } = ["WANDB_FORK_FROM", "WANDB_RESUME_FROM"];

    public static IReadOnlySet<string> Switches { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "WANDB_ALLOW_MEDIA_SYMLINK", "WANDB_ALLOW_OFFLINE_ARTIFACTS", "WANDB_ALLOW_VAL_CHANGE", "WANDB_CONSOLE_MULTIPART", "WANDB_DISABLE_CODE",
        "WANDB_DISABLE_GIT", "WANDB_DISABLE_GIT_FORK_POINT", "WANDB_DISABLE_HINTS", "WANDB_DISABLE_JOB_CREATION", "WANDB_FINISH_TIMEOUT_RAISES",
        "WANDB_FORCE", "WANDB_INSECURE_DISABLE_SSL", "WANDB_LABEL_DISABLE", "WANDB_LAUNCH", "WANDB_MONITOR_GYM", "WANDB_QUIET", "WANDB_RELOGIN",
        "WANDB_RESUMED", "WANDB_SAGEMAKER_DISABLE", "WANDB_SAVE_CODE", "WANDB_SHOW_COLORS", "WANDB_SHOW_EMOJI", "WANDB_SHOW_ERRORS",
        "WANDB_SHOW_INFO", "WANDB_SHOW_WARNINGS", "WANDB_SILENT", "WANDB_STOP_ON_FATAL_ERROR", "WANDB_STRICT", "WANDB_SYMLINK",
        "WANDB_SYNC_TENSORBOARD", "WANDB_TABLE_RAISE_ON_MAX_ROW_LIMIT_EXCEEDED", "WANDB_USE_DOT_WANDB", "WANDB_X_CLI_ONLY_MODE",
        "WANDB_X_DISABLE_MACHINE_INFO", "WANDB_X_DISABLE_META", "WANDB_X_DISABLE_STATS", "WANDB_X_DISABLE_VIEWER", "WANDB_X_FILE_STREAM_NO_GZIP",
        "WANDB_X_FLOW_CONTROL_CUSTOM", "WANDB_X_FLOW_CONTROL_DISABLED", "WANDB_X_PRIMARY", "WANDB_X_SAVE_REQUIREMENTS",
        "WANDB_X_SERVER_SIDE_DERIVED_SUMMARY", "WANDB_X_SERVER_SIDE_EXPAND_GLOB_METRICS", "WANDB_X_STATS_NO_CGROUP",
        "WANDB_X_STATS_TRACK_PROCESS_TREE", "WANDB_X_SYNC", "WANDB_X_UPDATE_FINISH_STATE",
    };

    public static IReadOnlySet<string> WholeNumbers { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "WANDB_CONSOLE_CHUNK_MAX_BYTES", "WANDB_CONSOLE_CHUNK_MAX_SECONDS", "WANDB_HEARTBEAT_SECONDS", "WANDB_MAX_END_OF_RUN_HISTORY_METRICS",
        "WANDB_MAX_END_OF_RUN_SUMMARY_METRICS", "WANDB_SUMMARY_TIMEOUT", "WANDB_SUMMARY_WARNINGS", "WANDB_X_FILE_STREAM_MAX_BYTES",
        "WANDB_X_FILE_STREAM_MAX_LINE_BYTES", "WANDB_X_FILE_STREAM_RETRY_MAX", "WANDB_X_FILE_TRANSFER_RETRY_MAX", "WANDB_X_GRAPHQL_RETRY_MAX",
        "WANDB_X_LIVE_POLICY_RATE_LIMIT", "WANDB_X_LIVE_POLICY_WAIT_TIME", "WANDB_X_LOG_LEVEL", "WANDB_X_NETWORK_BUFFER",
        "WANDB_X_STATS_BUFFER_SIZE", "WANDB_X_STATS_CPU_COUNT", "WANDB_X_STATS_CPU_LOGICAL_COUNT", "WANDB_X_STATS_GPU_COUNT", "WANDB_X_STATS_PID",
    };

    public static IReadOnlySet<string> Numbers { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "WANDB_FILE_PUSHER_TIMEOUT", "WANDB_FINISH_TIMEOUT", "WANDB_HTTP_TIMEOUT", "WANDB_INIT_TIMEOUT", "WANDB_LOGIN_TIMEOUT",
        "WANDB_X_FILE_STREAM_RETRY_WAIT_MAX_SECONDS", "WANDB_X_FILE_STREAM_RETRY_WAIT_MIN_SECONDS", "WANDB_X_FILE_STREAM_TIMEOUT_SECONDS",
        "WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL", "WANDB_X_FILE_TRANSFER_RETRY_WAIT_MAX_SECONDS", "WANDB_X_FILE_TRANSFER_RETRY_WAIT_MIN_SECONDS",
        "WANDB_X_FILE_TRANSFER_TIMEOUT_SECONDS", "WANDB_X_GRAPHQL_RETRY_WAIT_MAX_SECONDS", "WANDB_X_GRAPHQL_RETRY_WAIT_MIN_SECONDS",
        "WANDB_X_GRAPHQL_TIMEOUT_SECONDS", "WANDB_X_INTERNAL_CHECK_PROCESS", "WANDB_X_SERVICE_WAIT", "WANDB_X_START_TIME",
    };

    // As pydantic reads a bool; no blanks around it.
    private static readonly HashSet<string> SwitchWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "false", "1", "0", "yes", "no", "on", "off", "t", "f", "y", "n",
    };

    private static readonly HashSet<string> NeverNegative = new(StringComparer.Ordinal)
    {
        "WANDB_CONSOLE_CHUNK_MAX_BYTES", "WANDB_CONSOLE_CHUNK_MAX_SECONDS", "WANDB_X_SERVICE_WAIT",
    };

    /// <summary>One that the API server takes in a container's <c>env</c>, whatever its version.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <param name="name">With WANDB_X_ where it may be written with WANDB__.</param>
    /// <returns>What is wrong, to be put behind the name; null: the SDK takes it.</returns>
    public static string? Problem(string name, string value) => name switch
    {
        "WANDB_SWEEP_ID" when string.IsNullOrWhiteSpace(value) => "is empty" + Crash,
        "WANDB_CONSOLE" when value is not ("auto" or "off" or "wrap" or "redirect" or "wrap_raw" or "wrap_emu") =>
            $"'{value}' is none of auto, off, wrap, redirect, wrap_raw, wrap_emu{Crash}",
        _ when Branches.Contains(name) && !RunMoment().IsMatch(value) => $"'{value}' is not of the form ID?_step=N{Crash}",
        // It may hold a password.
        "WANDB_HTTP_PROXY" or "WANDB_HTTPS_PROXY" when !RunValues.IsProxyOfSdk(value) =>
            $"is no address such as http://proxy.example:3128 (http or https){Crash}",
        "WANDB_X_FILE_STREAM_MAX_LINE_BYTES" when WholeNumber().IsMatch(value) && !MoreThanNothing().IsMatch(value) => $"'{value}' is less than 1{Crash}",
        SamplingInterval => IsSamplingInterval(value) ? null : $"'{value}' is less than 0.1 s or no number{Crash}",
        _ when Switches.Contains(name) => SwitchWords.Contains(value) ? null : $"'{value}' is neither true nor false{Crash}",
        _ => Numeric(name, value),
    };

    private static string? Numeric(string name, string value) =>
        WholeNumbers.Contains(name) && !WholeNumber().IsMatch(value) ? $"'{value}' is no whole number{Crash}"
        : Numbers.Contains(name) && !Number().IsMatch(value) ? $"'{value}' is no number{Crash}"
        : NeverNegative.Contains(name) && value.TrimStart().StartsWith('-') ? $"'{value}' is less than 0{Crash}"
        : null;

    private static bool IsSamplingInterval(string value) =>
        PlainNumber().IsMatch(value) && double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture) >= MinSamplingSeconds;

    [GeneratedRegex(@"\AWANDB_[A-Za-z0-9_]+\z")]
    private static partial Regex Name();

    // lib/run_moment.py.
    [GeneratedRegex(@"\A[^/?#]+[?]_step=[0-9]+([.][0-9]+)?\z")]
    private static partial Regex RunMoment();

    // As pydantic reads an int and a float: blanks around it and underscores within are as good as not there. Underscores in wrong places are let through.
    [GeneratedRegex(@"\A[\t\n\f\r ]*[+-]?[0-9][0-9_]*([.]0+)?[\t\n\f\r ]*\z")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"\A[\t\n\f\r ]*[+-]?(inf(inity)?|nan|([0-9][0-9_]*[.]?|[.][0-9])[0-9_]*(e[+-]?[0-9_]+)?)[\t\n\f\r ]*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"\A[\t\n\f\r ]*[+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?[\t\n\f\r ]*\z")]
    private static partial Regex PlainNumber();

    [GeneratedRegex(@"\A[^-]*[1-9]")]
    private static partial Regex MoreThanNothing();
}
