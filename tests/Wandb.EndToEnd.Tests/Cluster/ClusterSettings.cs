using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>Where the scenarios run beside the sandbox: a real API server, named by variables (docs/testing.md).</summary>
internal sealed record ClusterSettings
{
    private const string Prefix = "WANDB_E2E_";

    /// <summary>Path of the kubeconfig of an administrator; null: only the sandbox is used.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Base URL of the faults of that cluster's nodes; scenarios that need one are skipped without it.</summary>
    public Uri? ControlUrl { get; init; }

    /// <summary>
    /// Annotation by which a Service of that cluster leads to HOST:PORT outside of it, here to the test's W&amp;B server; null: pods share the
    /// network of this machine.
    /// </summary>
    public string? OutsideAnnotation { get; init; }

    public string TrainerImage { get; init; } = "wandb-sandbox:e2e";

    public string AgentImage { get; init; } = "wandb-agent:e2e";

    /// <summary>Image with <c>python3</c> on its path; null: scenarios that need one are skipped.</summary>
    public string? PythonImage { get; init; }

    /// <summary>Image with <c>python3</c> and the SDK, which then trains in every scenario; null: the trainer's image does.</summary>
    public string? SdkImage { get; init; }

    public string OperatorImage { get; init; } = "wandb-operator:e2e";

    /// <summary>Of the operator; where all pods share the ports of one machine, there can be but one.</summary>
    public int Replicas { get; init; } = 2;

    public static ClusterSettings FromEnvironment()
    {
        var variables = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
        var defaults = new ClusterSettings();
        return new ClusterSettings
        {
            Kubeconfig = variables["KUBECONFIG"],
            ControlUrl = variables["CONTROL_URL"] is { } url ? new Uri(url.TrimEnd('/') + "/") : null,
            OutsideAnnotation = variables["OUTSIDE_ANNOTATION"],
            TrainerImage = variables["TRAINER_IMAGE"] ?? defaults.TrainerImage,
            AgentImage = variables["AGENT_IMAGE"] ?? defaults.AgentImage,
            PythonImage = variables["PYTHON_IMAGE"],
            SdkImage = variables["SDK_IMAGE"],
            OperatorImage = variables["OPERATOR_IMAGE"] ?? defaults.OperatorImage,
            Replicas = variables["REPLICAS"] is { } replicas ? int.Parse(replicas, CultureInfo.InvariantCulture) : defaults.Replicas,
        };
    }
}
