namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>What a scenario runs on.</summary>
public enum ClusterKind
{
    /// <summary>The sandbox's API server, with pods as processes.</summary>
    Sandbox,

    /// <summary>The API server that <c>WANDB_E2E_KUBECONFIG</c> names.</summary>
    Real,
}
