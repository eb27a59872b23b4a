using System.Text;

namespace Wandb.Operator.Injection;

/// <summary>
/// <c>$(NAME)</c> as the kubelet reads it: known are the variables that stand before the entry, <c>$$</c> is one <c>$</c>, and what is not
/// known stays as it is written.
/// </summary>
internal static class VariableExpansion
{
    /// <returns>Null when it depends on a value that only the kubelet knows.</returns>
    public static string? Value(ContainerView container, EnvEntry entry)
    {
        var known = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var before in container.Env)
        {
            var value = before.Literal is { } text ? Expand(text, known, container.EnvFrom.Count > 0) : null;
            if (ReferenceEquals(before, entry))
                return value;
            known[before.Name] = value;
        }
        return null;
    }

    /// <summary>Names that a text refers to, each once, in their order.</summary>
    public static IReadOnlyList<string> References(string text)
    {
        var names = new List<string>();
        Walk(text, name =>
        {
            if (!names.Contains(name, StringComparer.Ordinal))
                names.Add(name);
            return "";
        });
        return names;
    }

    private static string? Expand(string text, Dictionary<string, string?> known, bool mayHaveOthers)
    {
        var isKnown = true;
        var result = Walk(text, name =>
        {
            if (known.TryGetValue(name, out var value))
            {
                isKnown &= value is not null;
                return value ?? "";
            }
            // Services of the namespace and envFrom give variables, too.
            isKnown &= !mayHaveOthers;
            return $"$({name})";
        });
        return isKnown ? result : null;
    }

    private static string Walk(string text, Func<string, string> replace)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (text[at] != '$' || next is not ('$' or '('))
            {
                result.Append(text[at]);
                continue;
            }
            var end = next == '(' ? text.IndexOf(')', at) : -1;
            if (next == '$')
            {
                result.Append('$');
                at++;
            }
            else if (end < 0)
            {
                result.Append('$');
            }
            else
            {
                result.Append(replace(text[(at + 2)..end]));
                at = end;
            }
        }
        return result.ToString();
    }
}
