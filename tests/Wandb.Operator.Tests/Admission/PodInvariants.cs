using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Tests.Admission;

/// <summary>What the API server checks of a pod, as far as an injection could break it.</summary>
internal static partial class PodInvariants
{
    public static IReadOnlyList<string> Broken(JsonObject pod)
    {
        var broken = new List<string>();
        var view = new PodView(pod);
        var containers = view.Containers.Concat(view.InitContainers).ToList();
        Unique(broken, "container", containers.Select(container => container.Name));
        Unique(broken, "volume", JsonRead.Objects(view.Spec["volumes"]).Select(volume => JsonRead.Text(volume["name"]) ?? ""));
        Unique(broken, "pull secret", JsonRead.Objects(view.Spec["imagePullSecrets"]).Select(secret => JsonRead.Text(secret["name"]) ?? ""));
        foreach (var container in containers)
        {
            if (!DnsLabel().IsMatch(container.Name))
                broken.Add($"container name '{container.Name}'");
            Unique(broken, $"mount path of {container.Name}", container.Mounts.Select(mount => mount.Path));
            foreach (var mount in container.Mounts)
            {
                if (!view.VolumesByName.ContainsKey(mount.Volume))
                    broken.Add($"container {container.Name} mounts volume {mount.Volume}, which is not there");
                if (!mount.Path.StartsWith('/'))
                    broken.Add($"mount path '{mount.Path}'");
                foreach (var name in VariableExpansion.References(mount.SubPathExpression ?? ""))
                {
                    if (container.Variable(name) is null)
                        broken.Add($"container {container.Name} has no variable {name} for a subPathExpr");
                }
            }
            if (container.Env.Any(entry => entry.Name.Length == 0))
                broken.Add($"container {container.Name} has a variable without a name");
            Resources(broken, container);
        }
        foreach (var (key, value) in view.Labels.Where(label => label.Key.StartsWith(InjectionKeys.Prefix, StringComparison.Ordinal)))
        {
            if (!LabelValue().IsMatch(value))
                broken.Add($"label {key} '{value}'");
        }
        return broken;
    }

    private static void Resources(List<string> broken, ContainerView container)
    {
        foreach (var (name, limit) in container.Json["resources"]?["limits"] as JsonObject ?? [])
        {
            if (Quantity.Parse(JsonRead.TextOrNumber(container.Json["resources"]?["requests"]?[name])) > Quantity.Parse(JsonRead.TextOrNumber(limit)))
                broken.Add($"container {container.Name} requests more {name} than its limit");
        }
    }

    private static void Unique(List<string> broken, string what, IEnumerable<string> names) =>
        broken.AddRange(names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => $"two of {what} {group.Key}"));

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex DnsLabel();

    [GeneratedRegex("^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$")]
    private static partial Regex LabelValue();
}
