using System.Text.RegularExpressions;

namespace Wandb.Contract;

/// <summary>Placeholders of display names that no admission knows: the operator leaves them in <see cref="RunAdditions.Name"/>, the agent fills them in.</summary>
public static partial class NamePlaceholders
{
    /// <summary>How often the work was begun before, see <see cref="ReportAnswer.Attempt"/>.</summary>
    public const string Attempt = "{attempt}";

    /// <summary>Node of the pod.</summary>
    public const string Node = "{node}";

    /// <summary>Characters (Unicode code points) of a display name that W&amp;B takes.</summary>
    public const int MaxNameLength = 128;

    /// <returns>The name with a value in place of a placeholder; an empty value takes the separator before it along. May be empty.</returns>
    public static string Fill(string name, string placeholder, string value) => Tidy(name.Replace(placeholder, value, StringComparison.Ordinal));

    /// <summary>"fold-{index}" of a pod without an index is "fold", not "fold-".</summary>
    public static string Tidy(string name)
    {
        name = Separators().Replace(name, static match => match.Value[..1]).Trim('-', '_', '.', '/', ' ');
        return name.Length <= MaxNameLength ? name : string.Concat(name.EnumerateRunes().Take(MaxNameLength));
    }

    [GeneratedRegex(@"[-_./ ]{2,}")]
    private static partial Regex Separators();
}
