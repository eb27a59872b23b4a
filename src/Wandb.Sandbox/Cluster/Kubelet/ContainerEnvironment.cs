using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>The variables of a container: envFrom first, then env in order, each with $(VAR) of what stands before it.</summary>
internal static class ContainerEnvironment
{
    /// <param name="data">Data of a Secret or ConfigMap ("secrets" or "configmaps", name) as text; null when there is none.</param>
    /// <param name="problem">Set when the answer is null: what is missing.</param>
    public static Dictionary<string, string>? Of(
        JsonObject container, JsonObject pod, Func<string, string, IReadOnlyDictionary<string, string>?> data, out string problem)
    {
        problem = "";
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in container.Objects("envFrom"))
        {
            var (kind, reference) = source["secretRef"] is { } secret ? ("secrets", secret) : ("configmaps", source["configMapRef"]);
            if (data(kind, reference.Text("name") ?? "") is not { } found)
            {
                if (!reference.Flag("optional"))
                {
                    problem = $"{kind[..^1]} \"{reference.Text("name")}\" not found";
                    return null;
                }

                continue;
            }

            foreach (var (name, value) in found)
            {
                variables[source.Text("prefix") + name] = value;
            }
        }

        foreach (var variable in container.Objects("env"))
        {
            var name = variable.Text("name") ?? "";
            if (variable["valueFrom"] is not { } from)
            {
                variables[name] = Expand(variable.Text("value") ?? "", variables);
            }
            else if (from["fieldRef"] is { } field)
            {
                variables[name] = Field(pod, field.Text("fieldPath") ?? "");
            }
            else if (Key(from, data, out problem) is { } value)
            {
                variables[name] = value;
            }
            else if (problem.Length > 0)
            {
                return null;
            }
        }

        return variables;
    }

    /// <summary>$(VAR) with the variables that are known; $$ is a dollar; an unknown reference stays as it is.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                result.Append(text[at]);
                continue;
            }

            var end = text[at + 1] == '(' ? text.IndexOf(')', at) : -1;
            if (text[at + 1] == '$')
            {
                result.Append('$');
                at++;
            }
            else if (end > 0 && variables.TryGetValue(text[(at + 2)..end], out var value))
            {
                result.Append(value);
                at = end;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }

    /// <summary>A field by the downward API's path, such as metadata.labels['a/b'].</summary>
    public static string Field(JsonObject pod, string path)
    {
        if (path.IndexOf('[', StringComparison.Ordinal) is > 0 and var open)
        {
            return pod.At(path[..open].Split('.')).Text(path[(open + 1)..^1].Trim('\'', '"')) ?? "";
        }

        return path switch
        {
            "metadata.labels" or "metadata.annotations" => string.Join('\n', pod.Pairs(path.Split('.')).OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Key}=\"{pair.Value}\"")),
            "status.podIP" or "status.podIPs" or "status.hostIP" or "status.hostIPs" => "127.0.0.1",
            _ => pod.Text(path.Split('.')) ?? "",
        };
    }

    private static string? Key(JsonNode from, Func<string, string, IReadOnlyDictionary<string, string>?> data, out string problem)
    {
        problem = "";
        var (kind, reference) = from["secretKeyRef"] is { } secret ? ("secrets", secret) : ("configmaps", from["configMapKeyRef"]);
        if (reference is null)
        {
            return ""; // resourceFieldRef: a process has no limits here
        }

        var (name, key) = (reference.Text("name") ?? "", reference.Text("key") ?? "");
        var found = data(kind, name);
        if (found?.GetValueOrDefault(key) is { } value)
        {
            return value;
        }

        problem = reference.Flag("optional") ? "" : found is null ? $"{kind[..^1]} \"{name}\" not found" : $"couldn't find key {key} in {kind[..^1]} {name}";
        return null;
    }
}
