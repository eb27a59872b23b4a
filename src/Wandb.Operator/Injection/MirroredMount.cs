using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>A mount of a training container that the agent gets, too, at the same path: paths in run files are absolute.</summary>
internal sealed record MirroredMount
{
    /// <summary>Kinds of volumes that go with their pod. Inline CSI volumes do, like the others.</summary>
    public static readonly IReadOnlyList<string> VolumesOfThePod = ["emptyDir", "ephemeral", "csi"];
    private static readonly string[] ReadOnlyVolumes = ["configMap", "secret", "projected", "downwardAPI", "image"];

    /// <summary>Entry of <c>volumeMounts</c>.</summary>
    public required JsonObject Mount { get; init; }

    public required string Path { get; init; }

    /// <summary>What is on the volume is still there when the pod has gone.</summary>
    public required bool OutlivesPod { get; init; }

    /// <summary>Entries of <c>env</c> that the mount's <c>subPathExpr</c> needs, in the order of the trainer.</summary>
    public required IReadOnlyList<EnvEntry> Variables { get; init; }

    /// <param name="pod">Whose volumes count.</param>
    /// <param name="container">Whose mounts count.</param>
    /// <param name="path">Absolute.</param>
    /// <param name="problem">Why the agent could not see the path, to be put behind it; null when it can.</param>
    public static MirroredMount? Of(PodView pod, ContainerView container, string path, out string? problem)
    {
        problem = null;
        var mount = container.Mounts.Where(mount => mount.Covers(path)).MaxBy(mount => mount.Path.Length);
        if (mount is null)
        {
            problem = "lies on no volume, so that the agent could never see it";
            return null;
        }
        var volume = pod.VolumesByName.GetValueOrDefault(mount.Volume);
        if (mount.IsReadOnly || IsReadOnly(volume))
        {
            problem = $"lies on volume {mount.Volume}, which cannot be written";
            return null;
        }
        var variables = new List<EnvEntry>();
        if (mount.SubPathExpression is { } expression && Missing(container, expression, variables) is { } missing)
        {
            problem = $"lies on a mount whose subPathExpr names $({missing}), which is not in the container's env";
            return null;
        }
        return new MirroredMount
        {
            Mount = Copy(mount.Json),
            Path = mount.Path,
            OutlivesPod = volume is not null && !VolumesOfThePod.Any(kind => volume[kind] is not null),
            Variables = [.. container.Env.Where(variables.Contains)],
        };
    }

    // Whatever kind of source it is: each that may be read-only says so in this way.
    private static bool IsReadOnly(JsonObject? volume) =>
        volume is not null && (ReadOnlyVolumes.Any(kind => volume[kind] is not null) || volume.Any(member => member.Value is JsonObject source && JsonRead.IsTrue(source["readOnly"])));

    /// <summary>Follows references to their entries; answers the first name that has none.</summary>
    private static string? Missing(ContainerView container, string text, List<EnvEntry> variables)
    {
        foreach (var name in VariableExpansion.References(text))
        {
            if (container.Variable(name) is not { } entry)
                return name;
            if (variables.Contains(entry))
                continue;
            variables.Add(entry);
            // In a value, unlike in a subPathExpr, an unknown name stays as it is written.
            if (entry.Literal is { } value)
                Missing(container, value, variables);
        }
        return null;
    }

    private static JsonObject Copy(JsonObject mount)
    {
        var copy = new JsonObject();
        foreach (var name in new[] { "name", "mountPath", "subPath", "subPathExpr", "mountPropagation" })
        {
            // Propagation to the host needs a privileged container.
            if (mount[name] is { } value && (name != "mountPropagation" || JsonRead.Text(value) == "HostToContainer"))
                copy[name] = value.DeepClone();
        }
        return copy;
    }
}
