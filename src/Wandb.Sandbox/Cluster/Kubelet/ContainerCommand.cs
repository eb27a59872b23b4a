using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>What is run for a container.</summary>
internal sealed record ContainerCommand(string Program, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>command replaces the image's entrypoint; args follow. $(VAR) is expanded, then paths are mapped.</summary>
    /// <param name="entrypoint">Of the image.</param>
    /// <param name="variables">Not yet mapped.</param>
    /// <returns>Null when there is nothing to run.</returns>
    public static ContainerCommand? Of(
        JsonObject container, IReadOnlyList<string> entrypoint, IReadOnlyDictionary<string, string> variables, PathMap paths, string ownFolder)
    {
        IEnumerable<string> command = container["command"] is JsonArray { Count: > 0 } ? container.Texts("command") : entrypoint;
        string[] line = [.. command.Concat(container.Texts("args")).Select(part => paths.Map(ContainerEnvironment.Expand(part, variables)))];
        if (line.Length == 0)
        {
            return null;
        }

        var directory = container.Text("workingDir") is { } wanted && paths.Map(wanted) is var mapped && Directory.Exists(mapped) ? mapped : ownFolder;
        return new ContainerCommand(
            line[0], line[1..], directory, variables.ToDictionary(variable => variable.Key, variable => paths.Map(variable.Value), StringComparer.Ordinal));
    }

    /// <summary>Entrypoint of the longest prefix of <paramref name="image"/>; null when no prefix fits.</summary>
    public static IReadOnlyList<string>? EntrypointOf(string image, IReadOnlyDictionary<string, IReadOnlyList<string>> images)
    {
        const string host = "sandbox/host";
        var best = images.Keys.Where(prefix => image.StartsWith(prefix, StringComparison.Ordinal)).MaxBy(prefix => prefix.Length);
        return best is not null ? images[best] : image.StartsWith(host, StringComparison.Ordinal) ? [] : null;
    }
}
