using System.Globalization;
using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Storage;

/// <summary>Requirements on labels, all of which must hold: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k,l&gt;1</c>.</summary>
internal sealed class LabelSelector
{
    private readonly List<Requirement> requirements = [];

    private LabelSelector()
    {
    }

    public static LabelSelector Everything { get; } = new();

    public bool IsEverything => requirements.Count == 0;

    /// <returns>Null when the text is no selector.</returns>
    public static LabelSelector? Parse(string? text)
    {
        var selector = new LabelSelector();
        foreach (var part in Split(text ?? ""))
        {
            if (ParseRequirement(part) is not { } requirement)
            {
                return null;
            }

            selector.requirements.Add(requirement);
        }

        return selector;
    }

    /// <summary>From an object with matchLabels and matchExpressions; null or empty matches everything.</summary>
    public static LabelSelector Of(JsonNode? node)
    {
        var selector = new LabelSelector();
        selector.requirements.AddRange(node.Pairs("matchLabels").Select(pair => new Requirement(pair.Key, "In", [pair.Value])));
        selector.requirements.AddRange(node.Objects("matchExpressions")
            .Select(item => new Requirement(item.Text("key") ?? "", item.Text("operator") ?? "", [.. item.Texts("values")])));
        return selector;
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels) => requirements.TrueForAll(requirement => requirement.Holds(labels));

    private static IEnumerable<string> Split(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }

        if (text[start..].Trim() is { Length: > 0 } last)
        {
            yield return last;
        }
    }

    private static Requirement? ParseRequirement(string part)
    {
        if (part.EndsWith(')') && part.IndexOf('(', StringComparison.Ordinal) is > 0 and var open)
        {
            var head = part[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] values = [.. part[(open + 1)..^1].Split(',').Select(value => value.Trim())];
            return head switch
            {
                [var key, "in"] => new Requirement(key, "In", values),
                [var key, "notin"] => new Requirement(key, "NotIn", values),
                _ => null,
            };
        }

        foreach (var (sign, operation) in new[] { ("!=", "NotIn"), ("==", "In"), ("=", "In"), (">", "Gt"), ("<", "Lt") })
        {
            if (part.IndexOf(sign, StringComparison.Ordinal) is > 0 and var at)
            {
                return new Requirement(part[..at].Trim(), operation, [part[(at + sign.Length)..].Trim()]);
            }
        }

        return part switch
        {
            "" => null,
            ['!', .. var key] => new Requirement(key.Trim(), "DoesNotExist", []),
            _ => part.Contains(' ', StringComparison.Ordinal) ? null : new Requirement(part, "Exists", []),
        };
    }

    private sealed record Requirement(string Key, string Operation, string[] Values)
    {
        public bool Holds(IReadOnlyDictionary<string, string> labels)
        {
            var value = labels.GetValueOrDefault(Key);
            return Operation switch
            {
                "In" => value is not null && Values.Contains(value),
                "NotIn" => value is null || !Values.Contains(value),
                "Exists" => value is not null,
                "DoesNotExist" => value is null,
                "Gt" => Compare(value) > 0,
                "Lt" => Compare(value) < 0,
                _ => false,
            };
        }

        private int Compare(string? value) =>
            long.TryParse(value, CultureInfo.InvariantCulture, out var left) && long.TryParse(Values[0], CultureInfo.InvariantCulture, out var right)
                ? left.CompareTo(right) : 0;
    }
}
