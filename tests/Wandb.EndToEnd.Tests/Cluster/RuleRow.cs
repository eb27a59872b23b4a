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
    private const string OfSdk = "env takes variables of the SDK, which begin with WANDB_; WANDB_AGENT_ and WANDB_OPERATOR_ belong to the operator";
    private const string HaveFields = "mode, project, entity, group, job type, name, notes, tags, id, resume and server address have fields of their own; use those";
    private const string Directories = "the directories of the SDK are set by the operator, so that the agent sees the runs; use dir";
    private const string Duration = "deleteAfter must be a duration such as 90s, 30m, 24h or 7d, of at most 999 days";
    private const string Expanded = "dir must not hold $( or $$, which would be another path in a variable than in a mount";
    private const string Address = "baseUrl must be an http or https address";
    private const string PublicServer = "the address of the public server is https://api.wandb.ai";

    public static IReadOnlyList<RuleRow> All { get; } =
    [
        new(Run, "spec", "name and nameTemplate exclude each other", "name: a, nameTemplate: '{job}'", "nameTemplate: '{job}'"),
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
        .. Of("env", "WANDB_CONFIG_PATHS crashes wandb.init() whatever its value is", "env: {WANDB_CONFIG_PATHS: a.yaml}", "env: {WANDB_QUIET: 'true'}"),
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
        .. Of("env", "WANDB_SWEEP_ID is empty, which crashes wandb.init()", "env: {WANDB_SWEEP_ID: ' '}", "env: {WANDB_SWEEP_ID: a}"),
        .. Of("env", "WANDB_CONSOLE must be one of auto, off, wrap, redirect, wrap_raw, wrap_emu", "env: {WANDB_CONSOLE: on}", "env: {WANDB_CONSOLE: 'off'}"),
        .. Of("env", Interval, "env: {WANDB_X_STATS_SAMPLING_INTERVAL: '0.09'}", "env: {WANDB_X_STATS_SAMPLING_INTERVAL: '0.1'}"),
        .. Of("env", Interval, "env: {WANDB__STATS_SAMPLING_INTERVAL: 1s}", "env: {WANDB__STATS_SAMPLING_INTERVAL: '15'}"),
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
    private static IEnumerable<RuleRow> Of(string field, string message, string refused, string accepted) =>
        Both.Select(kind => new RuleRow(kind, "spec." + field, message, refused, accepted));

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
