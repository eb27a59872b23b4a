using System.Text.Json.Nodes;
using Wandb.Contract;

namespace Wandb.Operator.Injection;

/// <summary>Mounts of training containers that the agent gets, too, and the variables that they need there; no path and no name twice.</summary>
internal sealed class MirroredMounts(PodView pod)
{
    private static readonly string[] AgentsOwn = [AgentPaths.State, AgentPaths.ApiKey, AgentPaths.Token, AgentPaths.ServerCa];

    // What the agent does not run, or does not reach a server, without (images/agent/Dockerfile).
    private static readonly string[] AgentsImage =
    [
        "/usr/local/bin", "/etc/ssl/certs", "/lib64", "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
    ];

    private readonly List<MirroredMount> _mounts = [];
    private readonly List<EnvEntry> _variables = [];

    public IReadOnlyList<MirroredMount> Mounts => _mounts;

    /// <summary>Entries of <c>env</c>, each behind those that it refers to.</summary>
    public IReadOnlyList<EnvEntry> Variables => _variables;

    /// <summary>Why nothing can be mounted there in the agent, to be put behind the path; null: it can.</summary>
    public static string? Forbidden(string path) =>
        AgentsOwn.Any(own => PodPath.Covers(own, path)) ? "a path that the agent needs for itself"
        : AgentsImage.Any(needed => PodPath.Covers(path, needed)) ? "where the agent's image has what it does not run without"
        : null;

    /// <param name="container">Whose mounts count.</param>
    /// <param name="path">Absolute.</param>
    /// <param name="fields">Entries of its <c>env</c> that stand in the names of directories below the path.</param>
    /// <param name="problem">Why the agent could not see the path, to be put behind it; null when it can.</param>
    public bool Add(ContainerView container, string path, IReadOnlyList<EnvEntry> fields, out string? problem)
    {
        if (MirroredMount.Of(pod, container, path, out problem) is not { } mount)
            return false;
        var other = _mounts.FirstOrDefault(known => known.Path == mount.Path);
        List<EnvEntry> needed = [.. container.Env.Where(entry => mount.Variables.Contains(entry) || fields.Contains(entry))];
        if (Forbidden(mount.Path) is { } why)
            problem = $"lies on a mount at {mount.Path}, {why}";
        else if (other is not null && !JsonNode.DeepEquals(other.Mount, mount.Mount))
            problem = $"lies on a mount at {mount.Path}, where another container has another volume";
        else if (needed.FirstOrDefault(entry => _variables.Any(known => known.Name == entry.Name && !JsonNode.DeepEquals(known.Json, entry.Json))) is { } clash)
            problem = $"needs $({clash.Name}), which another container has with another value";
        if (problem is not null)
            return false;
        if (other is null)
            _mounts.Add(mount);
        _variables.AddRange(needed.Where(entry => _variables.All(known => known.Name != entry.Name)));
        return true;
    }
}
