namespace Wandb.Sandbox.Trainer;

/// <summary>Who a run is; the SDK writes it into the first records. Empty texts are left out.</summary>
internal sealed record TrainerRun
{
    public required string RunId { get; init; }

    public required string Project { get; init; }

    /// <summary>Empty: the server's default entity.</summary>
    public string Entity { get; init; } = "";

    public string Group { get; init; } = "";

    public string JobType { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public string Notes { get; init; } = "";

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string Host { get; init; } = "trainer-0";

    public required DateTimeOffset StartTime { get; init; }

    /// <summary>When the environment was read: a little before or after the start.</summary>
    public DateTimeOffset? EnvironmentTime { get; init; }

    /// <summary>Top-level keys of the user, in the plain form; the SDK adds an empty `_wandb` of its own.</summary>
    public IReadOnlyList<RecordItem> Config { get; init; } = [];

    public string OperatingSystem { get; init; } = "Linux-6.1.0-x86_64-with-glibc2.36";

    public string Platform { get; init; } = "linux-x86_64";

    public string PythonVersion { get; init; } = "3.11.7";

    /// <summary>Absolute path of the script.</summary>
    public string Program { get; init; } = "/app/train.py";

    /// <summary>The script, relative to the root of the code.</summary>
    public string CodePath { get; init; } = "train.py";

    public string Email { get; init; } = "";

    /// <summary>The trainer's working folder.</summary>
    public string Root { get; init; } = "/app";

    public string UserName { get; init; } = "";

    public string Executable { get; init; } = "/usr/bin/python3";

    /// <summary>32 characters that tell writers of one run apart.</summary>
    public string WriterId { get; init; } = new('w', 32);
}
