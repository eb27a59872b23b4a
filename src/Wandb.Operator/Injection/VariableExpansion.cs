using System.Text;

namespace Wandb.Operator.Injection;

/// <summary>
/// <c>$(NAME)</c> as the kubelet reads it: known are the variables that stand before the entry, <c>$$</c> is one <c>$</c>, and what is not
/// known stays as it is written.
/// </summary>
internal static class VariableExpansion
{
    // In no value of env: no container starts with it.
    private const string Mark = "\0";

    /// <returns>Null when it depends on a value that only the kubelet knows.</returns>
    public static string? Value(ContainerView container, EnvEntry entry) => Value(container, entry, "$", static _ => null);

    /// <summary>
    /// The value as an entry of <c>env</c> has it (<c>$$</c> for one <c>$</c>), with <c>$(NAME)</c> of such fields of the pod left in it as are the same in all its
    /// containers and one part of a path, whatever they hold.
    /// </summary>
    /// <param name="container">The container.</param>
    /// <param name="entry">Of its <c>env</c>.</param>
    /// <param name="fields">Entries that are referred to, in their order.</param>
    /// <returns>Null when it depends on another value that only the kubelet knows.</returns>
    public static string? WithFields(ContainerView container, EnvEntry entry, out IReadOnlyList<EnvEntry> fields)
    {
        var text = entry.Literal is null ? null : Value(container, entry, "$$", static before => IsPartOfPath(before) ? $"$({before.Name})" : null);
        var names = text is null ? [] : References(text);
        fields = [.. container.Env.Where(other => names.Contains(other.Name, StringComparer.Ordinal))];
        // Of two with one name it depends on the place which one is meant.
        return fields.Count == names.Count ? text : null;
    }

    /// <summary>Names that a text refers to, each once, in their order.</summary>
    public static IReadOnlyList<string> References(string text)
    {
        var names = new List<string>();
        Walk(text, "$", name =>
        {
            if (!names.Contains(name, StringComparer.Ordinal))
                names.Add(name);
            return "";
        });
        return names;
    }

    /// <summary>What stands before, between and behind the references of a text, as it arrives; at least one.</summary>
    public static IReadOnlyList<string> Literals(string text) => Walk(text, "$", static _ => Mark).Split(Mark);

    /// <param name="container">The container.</param>
    /// <param name="entry">Of its <c>env</c>.</param>
    /// <param name="dollar">What becomes of a <c>$</c> that is no reference.</param>
    /// <param name="reference">What becomes of an entry whose value comes from elsewhere; null: it is not known.</param>
    private static string? Value(ContainerView container, EnvEntry entry, string dollar, Func<EnvEntry, string?> reference)
    {
        var known = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var before in container.Env)
        {
            var value = before.Literal is { } text ? Expand(text, known, container.EnvFrom.Count > 0, dollar) : reference(before);
            if (ReferenceEquals(before, entry))
                return value;
            known[before.Name] = value;
        }
        return null;
    }

    // Annotations, addresses and resources may hold slashes and colons, or are another container's matter.
    private static bool IsPartOfPath(EnvEntry entry) =>
        JsonRead.Text(JsonRead.At(entry.Json, "valueFrom", "fieldRef", "fieldPath")) is { } path
        && (path is "metadata.name" or "metadata.namespace" or "metadata.uid" or "spec.nodeName" or "spec.serviceAccountName"
            or "metadata.annotations['batch.kubernetes.io/job-completion-index']" || path.StartsWith("metadata.labels['", StringComparison.Ordinal))
        && entry.Name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.');

    private static string? Expand(string text, Dictionary<string, string?> known, bool mayHaveOthers, string dollar)
    {
        var isKnown = true;
        var result = Walk(text, dollar, name =>
        {
            if (known.TryGetValue(name, out var value))
            {
                isKnown &= value is not null;
                return value ?? "";
            }
            // Services of the namespace and envFrom give variables, too.
            isKnown &= !mayHaveOthers;
            return $"{dollar}({name})";
        });
        return isKnown ? result : null;
    }

    private static string Walk(string text, string dollar, Func<string, string> replace)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (text[at] != '$')
            {
                result.Append(text[at]);
                continue;
            }
            if (next is not ('$' or '('))
            {
                result.Append(dollar);
                continue;
            }
            var end = next == '(' ? text.IndexOf(')', at) : -1;
            if (next == '$')
            {
                result.Append(dollar);
                at++;
            }
            else if (end < 0)
            {
                result.Append(dollar);
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
