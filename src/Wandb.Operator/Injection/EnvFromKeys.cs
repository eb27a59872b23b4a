using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>
/// Whether a container's <c>envFrom</c> sets a variable. <c>env</c> beats <c>envFrom</c>, so what we put into <c>env</c> would override the
/// user's; keys of Secrets are never known to us, those of ConfigMaps only sometimes.
/// </summary>
internal static class EnvFromKeys
{
    public enum Answer
    {
        No,
        Unknown,
        Yes,
    }

    public static Answer Sets(ContainerView container, string variable, NamespaceFacts facts)
    {
        var answer = Answer.No;
        foreach (var source in container.EnvFrom)
        {
            var one = Sets(source, variable, facts);
            if (one > answer)
                answer = one;
        }
        return answer;
    }

    private static Answer Sets(JsonObject source, string variable, NamespaceFacts facts)
    {
        var prefix = JsonRead.Text(source["prefix"]) ?? "";
        if (!variable.StartsWith(prefix, StringComparison.Ordinal) || variable.Length == prefix.Length)
            return Answer.No;
        var keys = JsonRead.Text(JsonRead.At(source, "configMapRef", "name")) is { } map ? facts.ConfigMapKeys.GetValueOrDefault(map)
            : JsonRead.Text(JsonRead.At(source, "secretRef", "name")) is { } secret ? facts.SecretKeys.GetValueOrDefault(secret)
            : null;
        return keys is null ? Answer.Unknown : keys.Contains(variable[prefix.Length..]) ? Answer.Yes : Answer.No;
    }
}
