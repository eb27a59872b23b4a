using System.Text.Json.Nodes;
using Wandb.Contract;

namespace Wandb.Operator.Injection;

/// <summary>Where the containers write runs, and what the agent needs in order to see them.</summary>
internal sealed record RunDirectories
{
    /// <summary>Variable of a trainer that writes to a claim: pods that share it must not share a directory.</summary>
    public const string TrainerPodName = "WANDB_OPERATOR_POD_NAME";

    /// <summary>Variables of the SDK, and TMPDIR, that name a directory whose content the agent reads.</summary>
    private static readonly string[] SideDirectories = ["WANDB_DATA_DIR", "WANDB_CACHE_DIR"];

    // Of the SDK, in the directory that it is given; the second one where it is there already.
    private static readonly string[] RunFolders = ["wandb", ".wandb"];

    // Each may also be a link, as /bin is to /usr/bin; what lies deeper is the image's own matter, and /root or /var/lib hold data.
    private static readonly HashSet<string> SystemDirectories = new(StringComparer.Ordinal)
    {
        "/", "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/run", "/sbin", "/sys", "/var/run",
        "/usr", "/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/local", "/usr/local/bin", "/usr/local/lib", "/usr/sbin",
    };

    private static readonly string[] AgentsOwn = [AgentPaths.State, AgentPaths.ApiKey, AgentPaths.Token, AgentPaths.ServerCa];

    /// <summary>Mount path of the shared volume, in trainers and agent.</summary>
    public required string Shared { get; init; }

    /// <summary>Mount path of a shared TMPDIR, in trainers and agent.</summary>
    public required string Tmp { get; init; }

    /// <summary>Mount path of the SDK's settings file, in trainers.</summary>
    public required string Settings { get; init; }

    /// <summary>Mount path of <see cref="Injection.PythonHook"/>, in trainers.</summary>
    public required string PythonHook { get; init; }

    /// <summary>In the order of the chosen containers.</summary>
    public required IReadOnlyList<ContainerDirectory> Containers { get; init; }

    /// <summary>Mounts of users that the agent gets, too; no path twice.</summary>
    public required IReadOnlyList<MirroredMount> Mirrored { get; init; }

    /// <summary>Values of <see cref="AgentEnvironment.Roots"/>; may hold <c>$(NAME)</c> of the agent's variables.</summary>
    public required IReadOnlyList<string> Roots { get; init; }

    /// <summary>Everything that the agent uploads is still there when the pod has gone, except what lies below a shared TMPDIR.</summary>
    public required bool OutlivePod { get; init; }

    public static RunDirectories Of(
        PodView pod, IReadOnlyList<ContainerView> chosen, EffectiveSettings settings, List<Problem> problems, List<Problem> warnings)
    {
        var isPerPod = settings.Storage?.Value.PersistentVolumeClaim is not null;
        // wandb.init(dir=): where no volume of the user is, the shared one is mounted.
        var dir = settings.Dir is { } asked ? PodPath.Normal(asked.Value) : null;
        var ours = dir is not null && chosen.All(container => container.Mounts.All(mount => !mount.Covers(dir)))
            ? dir
            : FreePath(chosen, AgentPaths.Shared);
        var tmp = FreePath(chosen, AgentPaths.Tmp);
        var mirrored = new List<MirroredMount>();
        var roots = new List<string>();
        var containers = new List<ContainerDirectory>();
        foreach (var container in chosen)
        {
            var part = chosen.Count > 1 ? "/" + container.Name : "";
            var users = UsersDirectory(container, settings, part);
            if (users is null)
                Add(roots, ours + (isPerPod ? $"/$({AgentEnvironment.PodName})" : ""));
            else if (users.Path is null)
                problems.Add(new Problem(ProblemReasons.DirectoryNotShared, $"{users.What} {users.Problem}"));
            else if (MirrorRuns(pod, container, users.Path, mirrored, out var wrong))
                Add(roots, users.Root);
            else
                problems.Add(new Problem(ProblemReasons.DirectoryNotShared, $"{users.What} is {users.Path}, which {wrong}"));
            containers.Add(new ContainerDirectory(
                container,
                users is null or { IsSetByUser: true } ? null : users.Path,
                ours + (isPerPod ? $"/$({TrainerPodName})" : "") + part,
                settings.ShareTmp || HasNoTmp(container) ? tmp : null));

            foreach (var name in settings.ShareTmp ? [.. SideDirectories, "TMPDIR"] : SideDirectories)
            {
                if (container.Variable(name) is not { } entry)
                    continue;
                var path = VariableExpansion.Value(container, entry);
                var hidden = "comes from a reference";
                if (path is null || !path.StartsWith('/') || !Mirror(pod, container, PodPath.Normal(path), mirrored, out hidden))
                    warnings.Add(new Problem(ProblemReasons.Limited, $"{name} of container {container.Name} {hidden ?? "is no absolute path"}: files below it that a run names may not be uploaded"));
            }
        }
        return new RunDirectories
        {
            Shared = ours,
            Tmp = tmp,
            Settings = FreePath(chosen, AgentPaths.Settings),
            PythonHook = FreePath(chosen, AgentPaths.PythonHook),
            Containers = containers,
            Mirrored = mirrored,
            Roots = roots,
            OutlivePod = isPerPod && mirrored.All(mount => mount.OutlivesPod),
        };
    }

    /// <summary>The shared volume would hide what the image needs in order to start.</summary>
    public Problem? OverSystem(Setting<string>? dir) =>
        dir is not null && Shared == PodPath.Normal(dir.Value) && SystemDirectories.Contains(Shared)
            ? new Problem(
                ProblemReasons.BadValue,
                $"dir ({dir.Origin}) is '{dir.Value}', where the image has files without which it does not start: the volume of the runs would hide them. Name a directory of its own, such as /wandb")
            : null;

    /// <summary>A path that no container mounts yet: two mounts at one path make a pod invalid.</summary>
    public static string FreePath(IReadOnlyList<ContainerView> containers, string wanted)
    {
        for (var number = 1; ; number++)
        {
            var path = number == 1 ? wanted : $"{wanted}-{number}";
            if (containers.All(container => container.Mounts.All(mount => mount.Path != path)))
                return path;
        }
    }

    /// <summary>Without any place for temporary files the SDK does not start; such containers have a read-only root and forgot /tmp.</summary>
    private static bool HasNoTmp(ContainerView container) =>
        JsonRead.IsTrue(container.SecurityContext?["readOnlyRootFilesystem"])
        && container.Variable("TMPDIR") is null
        && !container.Mounts.Any(mount => !mount.IsReadOnly && (mount.Covers("/tmp") || mount.Covers("/var/tmp")));

    private static UsersPath? UsersDirectory(ContainerView container, EffectiveSettings settings, string part)
    {
        var entry = container.Variable("WANDB_DIR") ?? container.Variable("WANDB_ROOT_DIR");
        if (entry is null)
        {
            return settings.Dir is { } dir && PodPath.Normal(dir.Value) is var asked && container.Mounts.Any(mount => mount.Covers(asked))
                ? new UsersPath($"dir ({dir.Origin})", asked + part, asked, false, null)
                : null;
        }
        var what = $"{entry.Name} of container {container.Name}";
        var value = VariableExpansion.Value(container, entry);
        if (value is null)
            return new UsersPath(what, null, "", true, "comes from a reference, so that nobody knows where the runs will be; give its value, or leave it to the operator");
        if (value.Contains(':', StringComparison.Ordinal))
            return new UsersPath(what, null, "", true, $"is '{value}'; the agent is given its directories with colons between them");
        if (!value.StartsWith('/'))
        {
            if (container.WorkingDirectory is not { } working || !working.StartsWith('/'))
                return new UsersPath(what, null, "", true, $"is '{value}', which is no absolute path");
            value = $"{working}/{value}";
        }
        var path = PodPath.Normal(value);
        return new UsersPath(what, path, path, true, null);
    }

    /// <summary>The directory, and a volume that is mounted right where the SDK makes its folder in it.</summary>
    private static bool MirrorRuns(PodView pod, ContainerView container, string path, List<MirroredMount> mirrored, out string? problem)
    {
        // Asked about the directory itself: where that cannot be written, the SDK puts its folder into the system's temporary directory (wandb/sdk/wandb_init.py at 0.28.2).
        if (!Mirror(pod, container, path, mirrored, out problem))
            return false;
        foreach (var folder in RunFolders.Select(name => $"{path.TrimEnd('/')}/{name}").Where(folder => container.Mounts.Any(mount => mount.Path == folder)))
        {
            if (!Mirror(pod, container, folder, mirrored, out var wrong))
            {
                problem = $"has its runs in {folder}, which {wrong}";
                return false;
            }
        }
        return true;
    }

    private static bool Mirror(PodView pod, ContainerView container, string path, List<MirroredMount> mirrored, out string? problem)
    {
        if (MirroredMount.Of(pod, container, path, out problem) is not { } mount)
            return false;
        if (AgentsOwn.Contains(mount.Path, StringComparer.Ordinal))
        {
            problem = $"lies on a mount at {mount.Path}, a path that the agent needs for itself";
            return false;
        }
        var other = mirrored.FirstOrDefault(known => known.Path == mount.Path);
        if (other is null)
        {
            mirrored.Add(mount);
            return true;
        }
        if (JsonNode.DeepEquals(other.Mount, mount.Mount))
            return true;
        problem = $"lies on a mount at {mount.Path}, where another container has another volume";
        return false;
    }

    private static void Add(List<string> roots, string root)
    {
        if (!roots.Contains(root, StringComparer.Ordinal))
            roots.Add(root);
    }

    private sealed record UsersPath(string What, string? Path, string Root, bool IsSetByUser, string? Problem);
}
