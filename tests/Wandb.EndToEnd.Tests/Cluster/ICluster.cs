namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>A cluster with our kinds and a running operator, and its faults on demand. Scenarios know nothing else of it.</summary>
internal interface ICluster : IAsyncDisposable
{
    KubeApi Api { get; }

    TrainerProgram Trainer { get; }

    /// <summary>Image whose entrypoint is <c>wandb-agent</c>.</summary>
    string AgentImage { get; }

    /// <summary>Image with <c>python3</c> on its path; null: none was named.</summary>
    string? PythonImage { get; }

    /// <summary><see cref="PythonImage"/> has the SDK as well.</summary>
    bool HasSdk { get; }

    /// <summary>Where the pods of a namespace reach the test's W&amp;B server; null: at its own address, on 127.0.0.1.</summary>
    Uri? ServerUrl(string ns);

    /// <summary>Leads <see cref="ServerUrl"/> to the server.</summary>
    Task OpenWayAsync(string ns, Uri server);

    /// <summary>How long anything that is waited for may take.</summary>
    TimeSpan Deadline { get; }

    /// <summary>The kernel kills a container for its memory.</summary>
    Task KillOutOfMemoryAsync(string ns, string pod, string container);

    /// <summary>SIGKILL to a container, from nowhere.</summary>
    Task KillAsync(string ns, string pod, string container);

    /// <summary>The kubelet is short of memory: no grace.</summary>
    Task EvictAsync(string ns, string pod);

    /// <summary>A pod of higher priority needs the place: SIGTERM and the pod's grace period.</summary>
    Task PreemptAsync(string ns, string pod);

    /// <summary>A node is switched off with all that runs there; after a while the cluster gives its pods up.</summary>
    Task LoseNodeAsync(string node);

    /// <summary>Puts a lost node back for those who come next.</summary>
    Task RecoverNodeAsync(string node);

    Task StopOperatorAsync();

    /// <summary>Returns when it is ready.</summary>
    Task StartOperatorAsync();
}
