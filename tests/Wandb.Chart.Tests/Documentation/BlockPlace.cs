namespace Wandb.Chart.Tests.Documentation;

/// <summary>Which test runs a block of commands; the word behind <c>sh</c> in its fence (docs/testing.md).</summary>
internal enum BlockPlace
{
    /// <summary>Another word, or none: a test refuses it.</summary>
    Unknown,

    /// <summary><c>run</c>: beside the embedded server.</summary>
    Alone,

    /// <summary><c>cluster</c>: in the sandbox's cluster, and on a real API server with those of the installation.</summary>
    Cluster,

    /// <summary><c>install</c>: the same, and the operator is ready before the page goes on.</summary>
    Installation,

    /// <summary><c>ci</c>: <c>.ci/run</c> runs each of its commands.</summary>
    Ci,

    /// <summary><c>bench</c>: with small sizes, in a step of <c>.ci/run</c>.</summary>
    Benchmark,

    /// <summary><c>docker</c>: with a container engine and a registry to push to, where one is named.</summary>
    Engine,
}
