using Wandb.Sandbox.Cluster.Api;

namespace Wandb.Sandbox.Cluster;

/// <summary>Settings of a <see cref="LocalCluster"/>.</summary>
internal sealed record LocalClusterOptions
{
    /// <summary>Port on 127.0.0.1; 0, the default: a free one.</summary>
    public int Port { get; init; }

    /// <summary>Names of the nodes that are there from the start; default "node-1".</summary>
    public IReadOnlyList<string> Nodes { get; init; } = ["node-1"];

    /// <summary>
    /// What runs for an image: prefix of its name to the entrypoint; the longest prefix wins. An empty entrypoint means that the container
    /// must name its command, which runs with the host's programs. "sandbox/host" is such an image and always there.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Images { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>Wait before the second restart of a container; doubles up to 300 s. Default 10 s, as a kubelet has it.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait of a Job after its first failed pod; doubles up to 10 min. Default 10 s, as in Kubernetes.</summary>
    public TimeSpan JobRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A quiet watch gets a bookmark this often; default 60 s.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told of every request for a resource before it is answered; called from many threads. Default: nobody is.</summary>
    public Action<ClusterRequest>? OnRequest { get; init; }

    /// <summary>Clock of everything; default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
