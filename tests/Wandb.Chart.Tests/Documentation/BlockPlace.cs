namespace Wandb.Chart.Tests.Documentation;

/// <summary>Where a test runs a block of commands; the word behind <c>sh</c> in its fence.</summary>
internal enum BlockPlace
{
    /// <summary>No word: it is only looked up.</summary>
    None,

    /// <summary><c>run</c>: beside the embedded server.</summary>
    Alone,

    /// <summary><c>helm</c>: the same, where Helm is on the path.</summary>
    Helm,

    /// <summary><c>cluster</c>: in the sandbox's cluster, and on a real API server with those of the installation.</summary>
    Cluster,

    /// <summary><c>install</c>: on a real API server only, with Helm.</summary>
    Installation,

    /// <summary><c>docker</c>: with a container engine and a registry to push to, where one is named.</summary>
    Engine,
}
