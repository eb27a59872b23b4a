namespace Wandb.Sandbox.Cluster.Storage;

/// <summary>Requirements on fields, all of which must hold: <c>metadata.name=a,status.phase!=Running</c>.</summary>
internal sealed record FieldSelector(IReadOnlyList<(string Field, string Value, bool IsEqual)> Requirements)
{
    public static FieldSelector Everything { get; } = new([]);

    /// <summary>Requirement on metadata.name, when there is one: a list of one object need not look at all.</summary>
    public string? NameOnly => Requirements is [("metadata.name", var name, true)] ? name : null;

    /// <param name="problem">Set when the text is no selector, or names a field that this kind cannot select by.</param>
    public static FieldSelector? Parse(string? text, IReadOnlyList<string> selectable, out string problem)
    {
        problem = "";
        var requirements = new List<(string, string, bool)>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var isEqual = !part.Contains("!=", StringComparison.Ordinal);
            if (part.Split(isEqual ? part.Contains("==", StringComparison.Ordinal) ? "==" : "=" : "!=", 2) is not [var field, var value])
            {
                problem = $"invalid field selector: {part}";
                return null;
            }

            if (!selectable.Contains(field))
            {
                problem = $"field label not supported: {field}";
                return null;
            }

            requirements.Add((field, value, isEqual));
        }

        return new FieldSelector(requirements);
    }

    public bool Matches(StoredObject stored) =>
        Requirements.All(item => string.Equals(stored.Fields.GetValueOrDefault(item.Field, ""), item.Value, StringComparison.Ordinal) == item.IsEqual);
}
