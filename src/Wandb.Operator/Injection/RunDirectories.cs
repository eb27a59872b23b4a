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

    /// <summary>Entries of <c>env</c> to which mounts and roots refer.</summary>
    public required IReadOnlyList<EnvEntry> Variables { get; init; }

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
        var tmp = FreePath(chosen, AgentPaths.Tmp, ours);
        var mirrored = new MirroredMounts(pod);
        var roots = new List<string>();
        var containers = new List<ContainerDirectory>();
        foreach (var container in chosen)
        {
            var part = chosen.Count > 1 ? "/" + container.Name : "";
            var users = UserDirectory.Of(container, settings, part);
            if (users is null)
                Add(roots, ours + (isPerPod ? $"/$({AgentEnvironment.PodName})" : ""));
            else if (users.Path is null)
                problems.Add(new Problem(ProblemReasons.DirectoryNotShared, $"{users.What} {users.Problem}"));
            else if (MirrorRuns(container, users, mirrored, out var wrong))
                Add(roots, users.Root);
            else
                problems.Add(new Problem(ProblemReasons.DirectoryNotShared, $"{users.What} is {(users.Fields.Count == 0 ? users.Path : users.Root)}, which {wrong}"));
            containers.Add(new ContainerDirectory(
                container,
                users is null or { IsSetByUser: true } ? null : users.Path,
                ours + (isPerPod ? $"/$({TrainerPodName})" : "") + part,
                settings.ShareTmp || HasNoTmp(container) ? tmp : null));

            foreach (var name in settings.ShareTmp ? [.. SideDirectories, "TMPDIR"] : SideDirectories)
            {
                if (container.Variable(name) is { } entry && !MirrorSide(container, entry, mirrored, out var hidden))
                    warnings.Add(new Problem(ProblemReasons.Limited, $"{name} of container {container.Name} {hidden}: files below it that a run names may not be uploaded"));
            }
        }
        return new RunDirectories
        {
            Shared = ours,
            Tmp = tmp,
            Settings = FreePath(chosen, AgentPaths.Settings, ours),
            PythonHook = FreePath(chosen, AgentPaths.PythonHook, ours),
            Containers = containers,
            Mirrored = mirrored.Mounts,
            Variables = mirrored.Variables,
            Roots = roots,
            OutlivePod = isPerPod && mirrored.Mounts.All(mount => mount.OutlivesPod),
        };
    }

    /// <summary>The shared volume would hide what the image needs in order to start, or what the agent needs.</summary>
    public Problem? OverSystem(Setting<string>? dir)
    {
        if (dir is null || Shared != PodPath.Normal(dir.Value))
            return null;
        var why = SystemDirectories.Contains(Shared) ? "where the image has files without which it does not start: the volume of the runs would hide them"
            : MirroredMounts.Forbidden(Shared);
        return why is null ? null : new Problem(ProblemReasons.BadValue, $"dir ({dir.Origin}) is '{dir.Value}', {why}. Name a directory of its own, such as /wandb");
    }

    /// <summary>A path at which a volume can be mounted: two mounts at one path make a pod invalid, and no mount can lie in a volume that is read-only.</summary>
    /// <param name="containers">Whose mounts count.</param>
    /// <param name="wanted">It, or it with a number.</param>
    /// <param name="ours">Where the shared volume is mounted; null: none is, or it is asked for that one.</param>
    public static string FreePath(IReadOnlyList<ContainerView> containers, string wanted, string? ours = null)
    {
        for (var number = 1; ; number++)
        {
            var path = number == 1 ? wanted : $"{wanted}-{number}";
            if (containers.All(container => container.Mounts.All(mount => mount.Path != path)) && (ours is null || !PodPath.Covers(path, ours)))
                return path;
        }
    }

    /// <summary>Without any place for temporary files the SDK does not start; such containers have a read-only root and forgot /tmp.</summary>
    private static bool HasNoTmp(ContainerView container) =>
        JsonRead.IsTrue(container.SecurityContext?["readOnlyRootFilesystem"])
        && container.Variable("TMPDIR") is null
        && !container.Mounts.Any(mount => !mount.IsReadOnly && (mount.Covers("/tmp") || mount.Covers("/var/tmp")));

    /// <summary>The directory, and a volume that is mounted right where the SDK makes its folder in it.</summary>
    private static bool MirrorRuns(ContainerView container, UserDirectory directory, MirroredMounts mirrored, out string? problem)
    {
        var path = directory.Path!;
        // Asked about the directory itself: where that cannot be written, the SDK puts its folder into the system's temporary directory (wandb/sdk/wandb_init.py at 0.28.2).
        if (!mirrored.Add(container, path, directory.Fields, out problem))
            return false;
        // A mount has no name that the kubelet fills in.
        var folders = directory.Fields.Count > 0 ? [] : RunFolders.Select(name => $"{path.TrimEnd('/')}/{name}").Where(folder => container.Mounts.Any(mount => mount.Path == folder));
        foreach (var folder in folders)
        {
            if (!mirrored.Add(container, folder, [], out var wrong))
            {
                problem = $"has its runs in {folder}, which {wrong}";
                return false;
            }
        }
        return true;
    }

    /// <param name="container">The container.</param>
    /// <param name="entry">Of a directory that the run names in part.</param>
    /// <param name="mirrored">Where its mount is added.</param>
    /// <param name="problem">Why the agent does not see it, to be put behind its name.</param>
    private static bool MirrorSide(ContainerView container, EnvEntry entry, MirroredMounts mirrored, out string? problem)
    {
        problem = null;
        if (VariableExpansion.Value(container, entry) is { } path)
        {
            if (path.StartsWith('/'))
                return mirrored.Add(container, PodPath.Normal(path), [], out problem);
            problem = "is no absolute path";
            return false;
        }
        if (VariableExpansion.WithFields(container, entry, out _) is { } expression && expression.StartsWith('/') && UserDirectory.KnownPart(expression) is { } known)
            return mirrored.Add(container, known, [], out problem);
        problem = "comes from a reference";
        return false;
    }

    private static void Add(List<string> roots, string root)
    {
        if (!roots.Contains(root, StringComparer.Ordinal))
            roots.Add(root);
    }
}
