using System.Text.RegularExpressions;
using Wandb.Contract;

namespace Wandb.Operator.Injection;

/// <summary>Display names from a template: <c>{job} {index} {attempt} {node} {label:KEY}</c>.</summary>
internal static partial class RunName
{
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

    /// <returns>The name with all that is known; those of <see cref="NamePlaceholders"/> stay.</returns>
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
            NamePlaceholders.Attempt => NamePlaceholders.Attempt,
            NamePlaceholders.Node => NamePlaceholders.Node,
            _ => labels.GetValueOrDefault(match.Groups["label"].Value) ?? "",
        });
        return NamePlaceholders.Tidy(name);
    }

    /// <summary>Keys of the labels that a template names.</summary>
    public static IEnumerable<string> Labels(string template) =>
        Placeholder().Matches(template).Select(match => match.Groups["label"].Value).Where(label => label.Length > 0);

    [GeneratedRegex(@"\{(?:job|index|attempt|node|label:(?<label>[A-Za-z0-9./_-]{1,317}))\}")]
    private static partial Regex Placeholder();
}
