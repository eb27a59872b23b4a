using System.Text.RegularExpressions;

namespace Wandb.Operator.Injection;

/// <summary>Display names from a template: <c>{job} {index} {attempt} {node} {label:KEY}</c>.</summary>
internal static partial class RunName
{
    /// <summary>Placeholders whose values no admission knows; the agent fills them in.</summary>
    public const string Attempt = "{attempt}";

    /// <inheritdoc cref="Attempt"/>
    public const string Node = "{node}";

    /// <summary>What is wrong with a template, to be put behind its name; null when it can be used.</summary>
    public static string? TemplateProblem(string template)
    {
        if (RunValues.Label(template) is { } wrong)
            return wrong;
        var rest = Placeholder().Replace(template, "");
        return rest.AsSpan().IndexOfAny('{', '}') < 0
            ? null
            : $"'{template}' holds a placeholder that is not known; known are {{job}}, {{index}}, {{attempt}}, {{node}} and {{label:KEY}}";
    }

    /// <returns>The name with all that is known; <see cref="Attempt"/> and <see cref="Node"/> stay.</returns>
    /// <param name="template">See <see cref="TemplateProblem"/>.</param>
    /// <param name="job">Name of the pod's controller or, without one, of the pod.</param>
    /// <param name="index">See <see cref="PodIndex.Text"/>.</param>
    /// <param name="labels">The pod's.</param>
    public static string Of(string template, string job, string index, IReadOnlyDictionary<string, string> labels)
    {
        var name = Placeholder().Replace(template, match => match.Value switch
        {
            "{job}" => job,
            "{index}" => index,
            Attempt => Attempt,
            Node => Node,
            _ => labels.GetValueOrDefault(match.Groups["label"].Value) ?? "",
        });
        return Tidy(name);
    }

    /// <returns>The name with a value, which may be empty, in place of one of the placeholders that <see cref="Of"/> leaves.</returns>
    public static string WithoutPlaceholder(string name, string placeholder, string value) =>
        Tidy(name.Replace(placeholder, value, StringComparison.Ordinal));

    // "fold-{index}" of a pod without an index is "fold", not "fold-".
    private static string Tidy(string name)
    {
        name = Separators().Replace(name, static match => match.Value[..1]).Trim('-', '_', '.', '/', ' ');
        return name.Length <= RunValues.MaxNameLength ? name : name[..RunValues.MaxNameLength];
    }

    /// <summary>Keys of the labels that a template names.</summary>
    public static IEnumerable<string> Labels(string template) =>
        Placeholder().Matches(template).Select(match => match.Groups["label"].Value).Where(label => label.Length > 0);

    [GeneratedRegex(@"\{(?:job|index|attempt|node|label:(?<label>[A-Za-z0-9./_-]{1,317}))\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"[-_./ ]{2,}")]
    private static partial Regex Separators();
}
