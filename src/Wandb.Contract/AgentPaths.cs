namespace Wandb.Contract;

/// <summary>Where things are inside an injected pod, and what the two programs call each other by.</summary>
public static class AgentPaths
{
    /// <summary>Mount of the volume that trainers and agent share: run directories and the SDK's data, cache and artifact folders.</summary>
    public const string Shared = "/wandb-operator/runs";

    /// <summary>Mount of the agent's own volume; no trainer sees it.</summary>
    public const string State = "/wandb-operator/state";

    /// <summary>Mount of the Secret with the API key; only in the agent.</summary>
    public const string ApiKey = "/wandb-operator/key";

    /// <summary>Mount of the projected token; only in the agent.</summary>
    public const string Token = "/wandb-operator/token";

    /// <summary>Mount of the certificates that the W&amp;B server's own may be signed by; only in the agent.</summary>
    public const string ServerCa = "/wandb-operator/ca";

    /// <summary>Mount of the trainers' TMPDIR, at the same place in the agent, when it is shared.</summary>
    public const string Tmp = "/wandb-operator/tmp";

    /// <summary>Mount of the SDK's settings file; only in trainers.</summary>
    public const string Settings = "/wandb-operator/settings";

    /// <summary>Mount of the hook for Python; only in trainers.</summary>
    public const string PythonHook = "/wandb-operator/python";

    /// <summary>Audience of the projected token.</summary>
    public const string TokenAudience = "wandb-operator";

    /// <summary>Path of the operator's address for <see cref="AgentReport"/>.</summary>
    public const string ReportPath = "/v1/reports";

    /// <summary>Name of the folder, beside a run file, that holds the agent's files.</summary>
    public const string AgentFolder = ".wandb-agent";
}
