using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Wandb.Sandbox.Cluster.Schema;

/// <summary>Patterns of schemas and rules, as the API server reads them: RE2, in linear time, where $ is the end of the text and no earlier line end.</summary>
internal static class Re2Pattern
{
    // As many as the definitions have.
    private static readonly ConcurrentDictionary<string, Regex> Known = new(StringComparer.Ordinal);

    public static bool IsMatch(string text, string pattern) =>
        Known.GetOrAdd(pattern, static wanted => new Regex(Translated(wanted), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)).IsMatch(text);

    private static string Translated(string pattern)
    {
        var result = new StringBuilder();
        var isInClass = false;
        for (var at = 0; at < pattern.Length; at++)
        {
            var c = pattern[at];
            if (c == '\\' && at + 1 < pattern.Length)
            {
                result.Append(c).Append(pattern[++at]);
                continue;
            }

            isInClass = c == '[' || (isInClass && c != ']');
            result.Append(c == '$' && !isInClass ? "\\z" : c.ToString());
        }

        return result.ToString();
    }
}
