using System.Text.RegularExpressions;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>What names, label keys and label values may look like (apimachinery's validation package).</summary>
internal static partial class NameRules
{
    /// <returns>Null when the name is fine.</returns>
    public static string? ProblemOfName(string name, bool isLabel)
    {
        if (isLabel)
        {
            return name.Length > 63 ? "must be no more than 63 characters"
                : LabelName().IsMatch(name) ? null
                : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
        }

        return name.Length > 253 ? "must be no more than 253 characters"
            : Subdomain().IsMatch(name) ? null
            : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    }

    public static string? ProblemOfKey(string key)
    {
        var parts = key.Split('/');
        var name = parts[^1];
        return parts.Length > 2 || name.Length is 0 or > 63 || !QualifiedName().IsMatch(name) || (parts.Length == 2 && ProblemOfName(parts[0], false) is not null)
            ? "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
            : null;
    }

    public static string? ProblemOfLabelValue(string value) =>
        value.Length > 63 ? "must be no more than 63 characters"
        : value.Length == 0 || QualifiedName().IsMatch(value) ? null
        : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex QualifiedName();
}
