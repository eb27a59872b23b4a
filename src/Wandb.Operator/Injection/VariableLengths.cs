using System.Text;
using Wandb.Contract;

namespace Wandb.Operator.Injection;

/// <summary>
/// Linux starts no process with a variable of more than 128 KiB, <c>NAME=VALUE</c> (MAX_ARG_STRLEN, https://man7.org/linux/man-pages/man2/execve.2.html):
/// a container with one never starts, and tells nobody why.
/// </summary>
internal static class VariableLengths
{
    /// <summary>Bytes. The rest of the 128 KiB is room for what the kubelet puts in place of <c>$(NAME)</c>, and for what wraps the process.</summary>
    public const int Max = 96 << 10;

    public static IEnumerable<Problem> Problems(InjectionPlan plan)
    {
        foreach (var container in plan.Containers)
        {
            foreach (var variable in container.Variables.Added)
            {
                if (TooLong(variable.Name, variable.Value) is { } length)
                    yield return Refusal($"{variable.Name} ({variable.Origin})", container.Container.Name, length);
            }
        }
        foreach (var (name, value) in plan.Agent?.Variables ?? [])
        {
            if (TooLong(name, value) is { } length)
                yield return Refusal(name == AgentEnvironment.RunAdditions ? $"config, with what else the agent adds to runs ({name})," : name, AgentSidecar.ContainerName, length);
        }
    }

    private static int? TooLong(string name, EnvValue value)
    {
        var text = value switch
        {
            EnvValue.Text literal => literal.Value,
            EnvValue.Expression expression => expression.Value,
            _ => "",
        };
        return Encoding.UTF8.GetByteCount(name) + 1 + Encoding.UTF8.GetByteCount(text) is > Max and var length ? length : null;
    }

    private static Problem Refusal(string what, string container, int length) =>
        new(ProblemReasons.BadValue, $"{what} would be a variable of {length} bytes in container {container}; the limit is {Max}");
}
