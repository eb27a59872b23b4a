namespace Wandb.Operator.Commands;

/// <summary>Flags and environment to options; a flag goes before its variable.</summary>
internal static class ServeSettings
{
    /// <param name="flags">Values of the flags that were given, by their names.</param>
    /// <param name="problems">Of all settings, each with its value; empty: the options hold as far as they were given.</param>
    public static OperatorOptions Read(
        Func<ServeSetting, IReadOnlyList<string>> flags, IReadOnlyDictionary<string, string?> environment, out IReadOnlyList<string> problems)
    {
        var options = new OperatorOptions { AgentImage = DefaultAgentImage };
        var wrong = new List<string>();
        foreach (var setting in ServeSetting.All)
        {
            foreach (var value in flags(setting) is { Count: > 0 } given ? given : Variable(setting, environment))
            {
                if (setting.Apply(options, value) is { } problem)
                    wrong.Add(problem);
            }
        }
        problems = wrong;
        return options;
    }

    /// <summary>Variables with our prefix that no setting has: misspelt ones would be ignored without a word.</summary>
    public static IReadOnlyList<string> Unknown(IReadOnlyDictionary<string, string?> environment)
    {
        var known = ServeSetting.All.Select(setting => setting.Variable).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. environment.Keys
                .Where(name => name.StartsWith(OperatorOptions.EnvironmentPrefix, StringComparison.Ordinal) && !known.Contains(name) && !IsOfService(name))
                .Order(StringComparer.Ordinal),
        ];
    }

    public static string DefaultAgentImage => $"ghcr.io/wandb-operator/wandb-agent:{OperatorCommandLine.Version}";

    // An empty variable is one that is not set: a chart or a downward API may have nothing to say.
    private static string[] Variable(ServeSetting setting, IReadOnlyDictionary<string, string?> environment) =>
        environment.GetValueOrDefault(setting.Variable) is not { Length: > 0 } value ? []
        : setting.IsList ? value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : [value];

    // The kubelet sets variables for every Service, and ours is called wandb-operator: WANDB_OPERATOR_SERVICE_HOST, WANDB_OPERATOR_PORT_8443_TCP.
    private static bool IsOfService(string name) =>
        name.StartsWith("WANDB_OPERATOR_SERVICE_", StringComparison.Ordinal) || name.StartsWith("WANDB_OPERATOR_PORT", StringComparison.Ordinal);
}
