using Wandb.Sandbox.Backend.Faults;

namespace Wandb.Sandbox.Backend;

/// <summary>Settings of a local backend; all have a default that a test or a laptop can use as it is.</summary>
internal sealed record LocalBackendOptions
{
    /// <summary>The documented key of a sandbox: 40 hexadecimal digits, the length that the SDK asks for. It protects nothing.</summary>
    public const string DefaultApiKey = "5a4db0c05a4db0c05a4db0c05a4db0c05a4db0c0";

    /// <summary>Port on 127.0.0.1; default 0: the system chooses a free one.</summary>
    public int Port { get; init; }

    /// <summary>The only key that is let in; default <see cref="DefaultApiKey"/>.</summary>
    public string ApiKey { get; init; } = DefaultApiKey;

    /// <summary>Entity of runs and artifacts that name none; default "sandbox".</summary>
    public string DefaultEntity { get; init; } = "sandbox";

    /// <summary>Names of the server features that are on, such as FILESTREAM_GZIP; default none.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Enforces two file-stream requests per second and run (burst 2), answers 429 beyond; default off.</summary>
    public bool RateLimit { get; init; }

    /// <summary>When set, an entity that is not in it is answered with 404.</summary>
    public IReadOnlySet<string>? KnownEntities { get; init; }

    /// <summary>When set, a project ("entity/project") that is not in it is answered with 404.</summary>
    public IReadOnlySet<string>? KnownProjects { get; init; }

    /// <summary>Entities that exist but are not the caller's: answered with 403; default none.</summary>
    public IReadOnlySet<string> ForbiddenEntities { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Where everything is kept. A backend started again on the same directory has the same runs. Default null: a temporary folder, removed at the end.</summary>
    public string? Directory { get; init; }

    /// <summary>Fault rules in force from the first request on; default none.</summary>
    public IReadOnlyList<FaultRule> Faults { get; init; } = [];

    /// <summary>Seed of the dice behind <see cref="FaultRule.Probability"/>; default 0.</summary>
    public int FaultSeed { get; init; }

    /// <summary>Clock of rate limits, delays and darkness; default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
