namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>What one rule of <c>crds/</c> refuses, and what comes near and is taken.</summary>
/// <param name="Kind">WandbRun or WandbProfile.</param>
/// <param name="Field">Path that the refusal names.</param>
/// <param name="Message">The rule's own.</param>
/// <param name="Refused">A spec in YAML's flow style, without its braces.</param>
/// <param name="Accepted">As <paramref name="Refused"/>.</param>
internal sealed record RuleRow(string Kind, string Field, string Message, string Refused, string Accepted)
{
    private const string Run = "WandbRun";
    private const string Profile = "WandbProfile";

    private static readonly string[] Both = [Run, Profile];
    private static readonly string[] SeveralLines = ["a\\nb", "a\\tb", "a\\u0085b", "  "];

    private const string Switch = "a variable that is a switch is neither true nor false, which crashes wandb.init()";
    private const string Interval = "the sampling interval must be a number of at least 0.1 s, because wandb.init() refuses it otherwise";
    private const string OfSdk = "env takes variables of the SDK: WANDB_, then letters, digits and _; WANDB_AGENT_ and WANDB_OPERATOR_ belong to the operator";
    private const string Whole = "a variable that takes a whole number holds something else, which crashes wandb.init()";
    private const string Number = "a variable that takes a number holds something else, which crashes wandb.init(); times are in seconds, without a unit";
    private const string Negative = "WANDB_CONSOLE_CHUNK_MAX_BYTES, WANDB_CONSOLE_CHUNK_MAX_SECONDS and WANDB_X_SERVICE_WAIT must not be negative, because wandb.init() refuses that";
    private const string LineBytes = "WANDB_X_FILE_STREAM_MAX_LINE_BYTES must be at least 1, because wandb.init() refuses it otherwise";
    private const string Crashing = "WANDB_CONFIG_PATHS, WANDB_X_STATS_DISK_PATHS and other lists and maps crash wandb.init() whatever their value is";
    private const string Moment = "WANDB_FORK_FROM and WANDB_RESUME_FROM must be of the form ID?_step=N, because wandb.init() refuses them otherwise";
    private const string OneMoment = "WANDB_FORK_FROM and WANDB_RESUME_FROM exclude each other: wandb.init() takes only one of them";
    private const string OneBeginning = "resume excludes WANDB_FORK_FROM and WANDB_RESUME_FROM in env: wandb.init() takes only one of them";
    private const string ProxyOfSdk = "WANDB_HTTP_PROXY and WANDB_HTTPS_PROXY must be addresses such as http://proxy.example:3128 (http or https), because wandb.init() refuses them otherwise";
    private const string HaveFields = "mode, project, entity, group, job type, name, notes, tags, id, resume and server address have fields of their own; use those";
    private const string Directories = "the directories of the SDK are set by the operator, so that the agent sees the runs; use dir";
    private const string Duration = "deleteAfter must be a duration such as 90s, 30m, 24h or 7d, of at most 999 days";
    private const string Expanded = "dir must not hold $( or $$, which would be another path in a variable than in a mount";
    private const string Address = "baseUrl must be an http or https address";
    private const string PublicServer = "the address of the public server is https://api.wandb.ai";

    public static IReadOnlyList<RuleRow> All { get; } =
    [
        new(Run, "spec", "name and nameTemplate exclude each other", "name: a, nameTemplate: '{job}'", "nameTemplate: '{job}'"),
        .. Of("", OneBeginning, "resume: allow, env: {WANDB_FORK_FROM: 'a?_step=1'}", "env: {WANDB_FORK_FROM: 'a?_step=1'}"),
        .. Of("", OneBeginning, "resume: never, env: {WANDB_RESUME_FROM: 'a?_step=1'}", "resume: never, env: {WANDB_CONSOLE: wrap}"),
        .. new[] { "project", "entity" }.SelectMany(Addressed),
        .. new[] { "group", "jobType", "nameTemplate" }.SelectMany(field => OneLine(field, Both)),
        .. OneLine("name", Run),
        .. Of("nameTemplate", "nameTemplate knows the placeholders {job}, {index}, {attempt}, {node} and {label:KEY}", "nameTemplate: '{job}-{pod}'", "nameTemplate: '{job}-{index}-{attempt}-{node}-{label:app.kubernetes.io/name}'"),
        .. Of("nameTemplate", "nameTemplate knows the placeholders {job}, {index}, {attempt}, {node} and {label:KEY}", "nameTemplate: 'a}'", "nameTemplate: plain"),
        .. Of("tags", "a tag must not hold a comma, which would make two tags of it", "tags: [a, 'b,c']", "tags: [a, b]"),
        .. Of("tags", "a tag must be one line without control characters, and not empty", "tags: [a, \"b\\nc\"]", "tags: [a b]"),
        .. Of("tags", "a tag must be one line without control characters, and not empty", "tags: ['  ']", "tags: []"),
        .. Of("tags", "a tag must be one line without control characters, and not empty", "tags: [\"b\\u0000c\"]", "tags: [🙂]"),
        new(Run, "spec.notes", "notes must not hold the character NUL, with which no container starts", "notes: \"a\\u0000\"", "notes: \"a\\n\\tb\""),
        .. ":;,#?/'".Select(mark => new RuleRow(
            Run, "spec.id", "id must not hold any of : ; , # ? / ', because wandb.init() refuses it", $"id: \"a{mark}b\"", "id: a-b_c.d")),
        new(Run, "spec.id", "id must not be . or .., which leads to other addresses of the server", "id: ..", "id: ..."),
        new(Run, "spec.id", "id must not begin or end with a blank, nor hold a control character", "id: ' a'", "id: a b"),
        new(Run, "spec.id", "id must not begin or end with a blank, nor hold a control character", "id: \"a\\nb\"", "id: a"),
        .. Of("dir", "dir must be an absolute path without a colon", "dir: data/runs", "dir: /data/runs"),
        .. Of("dir", "dir must be an absolute path without a colon", "dir: '/data:/runs'", "dir: /"),
        .. Of("dir", Expanded, "dir: '/data/$(JOB)'", "dir: /data/$x"),
        .. Of("dir", Expanded, "dir: /data/$$x", "dir: '/data/(x)'"),
        .. Of("baseUrl", "baseUrl must not hold a user name or password", "baseUrl: 'https://me:secret@wandb.example'", "baseUrl: 'https://wandb.example:8443/path'"),
        .. Of("baseUrl", Address, "baseUrl: wandb.example", "baseUrl: 'HTTP://wandb.example'"),
        .. Of("baseUrl", Address, "baseUrl: 'ftp://wandb.example'", "baseUrl: 'http://10.0.0.1:8080'"),
        .. Of("baseUrl", Address, "baseUrl: 'https:///path'", "baseUrl: 'http://[fd00::1]:8080'"),
        .. Of("baseUrl", Address, "baseUrl: 'https://wandb.example:port'", "baseUrl: 'https://wandb.example:443'"),
        .. Of("baseUrl", Address, "baseUrl: 'https://wandb example'", "baseUrl: 'https://wandb-server.team.svc.cluster.local'"),
        .. Of("baseUrl", PublicServer, "baseUrl: 'https://wandb.ai'", "baseUrl: 'https://api.wandb.ai'"),
        .. Of("baseUrl", PublicServer, "baseUrl: 'http://api.wandb.ai'", "baseUrl: 'https://wandb.ai.example'"),
        .. Of("env", OfSdk, "env: {PATH: /bin}", "env: {WANDB_CONSOLE: wrap}"),
        .. Of("env", OfSdk, "env: {WANDB_AGENT_MODE: online}", "env: {WANDB_AGENTS: '1'}"),
        .. Of("env", OfSdk, "env: {WANDB_OPERATOR_POD_NAME: a}", "env: {}"),
        .. Of("env", "WANDB_API_KEY would show the key to everybody who may read this object; use apiKeySecretRef", "env: {WANDB_API_KEY: secret}", "apiKeySecretRef: {name: wandb}"),
        .. Of("env", OfSdk, "env: {'WANDB_CONSOLE=off': ''}", "env: {WANDB_1a_: ''}"),
        .. Of("env", OfSdk, "env: {WANDB_CAFÉ: a}", "env: {WANDB_CAFE: é}"),
        .. Of("env", OfSdk, "env: {'WANDB_A B': a}", "env: {WANDB_A_B: a b}"),
        .. Of("env", OfSdk, "env: {\"WANDB_A\\n\": a}", "env: {WANDB_A: \"a\\n\"}"),
        .. Of("env", OfSdk, "env: {WANDB_: a}", "env: {WANDB_A: ''}"),
        .. Of("env", Crashing, "env: {WANDB_CONFIG_PATHS: a.yaml}", "env: {WANDB_QUIET: 'true'}"),
        .. Of("env", Crashing, "env: {WANDB__STATS_DISK_PATHS: /data}", "env: {WANDB_X_STATS_GPU_DEVICE_IDS: '[0]'}"),
        .. Of("env", "WANDB_X_SKIP_TRANSACTION_LOG leaves no run file, so that nothing could be uploaded", "env: {WANDB_X_SKIP_TRANSACTION_LOG: 'true'}", "env: {WANDB_X_LABEL: a}"),
        .. Of("env", "WANDB_X_SKIP_TRANSACTION_LOG leaves no run file, so that nothing could be uploaded", "env: {WANDB__SKIP_TRANSACTION_LOG: 'true'}", "env: {WANDB__LABEL: a}"),
        .. Of("env", "a variable holds the character NUL, with which no container starts", "env: {WANDB_X_LABEL: \"a\\u0000\"}", "env: {WANDB_X_LABEL: \"a\\nb\"}"),
        .. Of("env", "WANDB_GROUP does nothing; the field is group", "env: {WANDB_GROUP: a}", "group: a"),
        .. "MODE PROJECT ENTITY RUN_GROUP JOB_TYPE RUN_JOB_TYPE NAME RUN_NAME NOTES RUN_NOTES TAGS RUN_TAGS RUN_ID RESUME BASE_URL".Split(' ')
            .SelectMany(name => Of("env", HaveFields, $"env: {{WANDB_{name}: a}}", $"env: {{WANDB_{name}_X: a}}")),
        .. "CONFIG_DIR DIR ROOT_DIR DATA_DIR CACHE_DIR ARTIFACT_DIR".Split(' ')
            .SelectMany(name => Of("env", Directories, $"env: {{WANDB_{name}: /a}}", $"env: {{WANDB_{name}S: /a}}")),
        .. Of("env", Switch, "env: {WANDB_SILENT: maybe}", "env: {WANDB_SILENT: 'Yes'}"),
        .. Of("env", Switch, "env: {WANDB__DISABLE_STATS: '2'}", "env: {WANDB__DISABLE_STATS: 'on'}"),
        .. Of("env", Switch, "env: {WANDB_X_DISABLE_STATS: ''}", "env: {WANDB_X_DISABLE_STATS: 'F'}"),
        .. Of("env", Switch, "env: {WANDB_USE_DOT_WANDB: maybe}", "env: {WANDB_USE_DOT_WANDB: 'no'}"),
        .. Of("env", Switch, "env: {WANDB_SHOW_COLORS: never}", "env: {WANDB_SHOW_COLORS: 'oN'}"),
        .. Of("env", Whole, "env: {WANDB_HEARTBEAT_SECONDS: '1.5'}", "env: {WANDB_HEARTBEAT_SECONDS: \" +30.0\\n\"}"),
        .. Of("env", Whole, "env: {WANDB__LOG_LEVEL: debug}", "env: {WANDB__LOG_LEVEL: '1_0'}"),
        .. Of("env", Number, "env: {WANDB_INIT_TIMEOUT: 90s}", "env: {WANDB_INIT_TIMEOUT: ' 90 '}"),
        .. Of("env", Number, "env: {WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL: 1s}", "env: {WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL: '1e3'}"),
        .. Of("env", Number, "env: {WANDB_HTTP_TIMEOUT: ''}", "env: {WANDB_HTTP_TIMEOUT: 'Infinity'}"),
        .. Of("env", Negative, "env: {WANDB__SERVICE_WAIT: ' -1'}", "env: {WANDB__SERVICE_WAIT: '0'}"),
        .. Of("env", LineBytes, "env: {WANDB_X_FILE_STREAM_MAX_LINE_BYTES: '0'}", "env: {WANDB_X_FILE_STREAM_MAX_LINE_BYTES: '10'}"),
        .. Of("env", LineBytes, "env: {WANDB__FILE_STREAM_MAX_LINE_BYTES: '-1'}", "env: {WANDB__FILE_STREAM_MAX_LINE_BYTES: '1'}"),
        .. Of("env", Moment, "env: {WANDB_FORK_FROM: abc}", "env: {WANDB_FORK_FROM: 'abc?_step=0'}"),
        .. Of("env", Moment, "env: {WANDB_RESUME_FROM: 'abc?_step=x'}", "env: {WANDB_RESUME_FROM: 'abc?_step=12'}"),
        .. Of("env", OneMoment, "env: {WANDB_FORK_FROM: 'a?_step=1', WANDB_RESUME_FROM: 'a?_step=1'}", "env: {WANDB_RESUME_FROM: 'a?_step=1'}"),
        .. Of("env", ProxyOfSdk, "env: {WANDB_HTTPS_PROXY: 'socks5://proxy.example:1080'}", "env: {WANDB_HTTPS_PROXY: 'http://proxy.example:3128'}"),
        .. Of("env", ProxyOfSdk, "env: {WANDB_HTTP_PROXY: 'proxy.example:3128'}", "env: {WANDB_HTTP_PROXY: 'https://proxy.example'}"),
        .. Of("env", "WANDB_SWEEP_ID is empty, which crashes wandb.init()", "env: {WANDB_SWEEP_ID: ' '}", "env: {WANDB_SWEEP_ID: a}"),
        .. Of("env", "WANDB_CONSOLE must be one of auto, off, wrap, redirect, wrap_raw, wrap_emu", "env: {WANDB_CONSOLE: on}", "env: {WANDB_CONSOLE: 'off'}"),
        .. Of("env", Interval, "env: {WANDB_X_STATS_SAMPLING_INTERVAL: '0.09'}", "env: {WANDB_X_STATS_SAMPLING_INTERVAL: '0.1'}"),
        .. Of("env", Interval, "env: {WANDB__STATS_SAMPLING_INTERVAL: 1s}", "env: {WANDB__STATS_SAMPLING_INTERVAL: ' 1e1 '}"),
        .. Of("sync.deleteAfter", Duration, "sync: {deleteAfter: 1w}", "sync: {deleteAfter: 999d}"),
        .. Of("sync.deleteAfter", Duration, "sync: {deleteAfter: 0s}", "sync: {deleteAfter: 90s}"),
        .. Of("sync.deleteAfter", Duration, "sync: {deleteAfter: \"7d\\n\"}", "sync: {deleteAfter: 7d}"),
        .. Of("storage", "storage takes either emptyDir or persistentVolumeClaim", "storage: {emptyDir: {}, persistentVolumeClaim: {claimName: a}}", "storage: {emptyDir: {}}"),
        .. Of("storage", "storage takes either emptyDir or persistentVolumeClaim", "storage: {}", "storage: {persistentVolumeClaim: {claimName: a}}"),
        new(Profile, "spec.project", "project must be one of allowedProjects, or every run that names none would be refused", "project: a, allowedProjects: [b]", "project: a, allowedProjects: [b, a]"),
        new(Profile, "spec.entity", "entity must be one of allowedEntities, or every run that names none would be refused", "entity: a, allowedEntities: [b]", "allowedEntities: [b]"),
        .. new[] { "httpProxy", "httpsProxy" }.SelectMany(field => new[] { "proxy.example:3128", "ftp://proxy.example", "http://" }.Select(address => new RuleRow(
            Profile, $"spec.proxy.{field}", $"{field} must be an address such as http://proxy.example:3128 (http, https or socks5)",
            $"proxy: {{{field}: '{address}'}}", $"proxy: {{{field}: 'socks5://proxy.example:1080'}}"))),
    ];

    /// <summary>A rule that both kinds have.</summary>
    /// <param name="field">Empty: the spec itself.</param>
    private static IEnumerable<RuleRow> Of(string field, string message, string refused, string accepted) =>
        Both.Select(kind => new RuleRow(kind, field.Length == 0 ? "spec" : "spec." + field, message, refused, accepted));

    private static IEnumerable<RuleRow> OneLine(string field, params string[] kinds) =>
        from kind in kinds
        from text in SeveralLines
        select new RuleRow(kind, "spec." + field, $"{field} must be one line without control characters, and not empty", $"{field}: \"{text}\"", $"{field}: a b");

    private static IEnumerable<RuleRow> Addressed(string field) =>
    [
        .. "/\\#?%:".SelectMany(mark => Of(field, $"{field} must not hold any of / \\ # ? % :, because wandb.init() refuses it", $"{field}: 'a{mark}b'", $"{field}: a-b c")),
        .. Of(field, $"{field} must not be . or .., which leads to other addresses of the server", $"{field}: .", $"{field}: .a"),
        .. Of(field, $"{field} must not be . or .., which leads to other addresses of the server", $"{field}: ..", $"{field}: ..."),
        .. OneLine(field, Both),
    ];
}
