using System.Text.Json.Nodes;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>Everything that is added to one pod, decided but not yet written as a patch.</summary>
internal sealed record InjectionPlan
{
    /// <summary>Version of the injection, the value of <see cref="InjectionKeys.Injected"/>.</summary>
    public const string Version = "v1";

    public required string RunName { get; init; }

    /// <summary>Null: not known (offline).</summary>
    public string? RunUid { get; init; }

    public required string? ProfileName { get; init; }

    public required RunMode Mode { get; init; }

    /// <summary>See <see cref="InjectionKeys.Drain"/>.</summary>
    public bool Drains { get; init; }

    public required IReadOnlyList<ContainerPlan> Containers { get; init; }

    /// <summary>Null: the pod gets variables only (disabled), or what an agent of its own needs (<see cref="Drains"/>).</summary>
    public AgentPlan? Agent { get; init; }

    /// <summary>Entries of <c>spec.volumes</c>.</summary>
    public IReadOnlyList<JsonObject> Volumes { get; init; } = [];

    /// <summary>Text of the SDK's settings file; null: none is needed.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>The trainers get <see cref="PythonHook"/>.</summary>
    public bool HasPythonHook { get; init; }

    /// <summary>New grace period of the pod in seconds; null: the pod's own stays.</summary>
    public int? GraceSeconds { get; init; }

    public IReadOnlyList<string> PullSecrets { get; init; } = [];

    /// <summary>What is injected and yet not as asked; told, never a reason to leave the pod alone.</summary>
    public IReadOnlyList<Problem> Warnings { get; init; } = [];

    /// <summary>For the trace: containers that are left alone, and why.</summary>
    public IReadOnlyList<(string Container, string Reason)> Left { get; init; } = [];
}
