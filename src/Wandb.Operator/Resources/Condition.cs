namespace Wandb.Operator.Resources;

/// <summary>A condition as in metav1.Condition; lists of them have one for each type.</summary>
internal sealed record Condition
{
    public required string Type { get; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public required string Status { get; init; }

    /// <summary>One word in CamelCase, for programs.</summary>
    public required string Reason { get; init; }

    /// <summary>One sentence, for people.</summary>
    public required string Message { get; init; }

    /// <summary>When <see cref="Status"/> last changed; other changes leave it alone.</summary>
    public required DateTimeOffset LastTransitionTime { get; init; }

    public long? ObservedGeneration { get; init; }

    /// <summary>A time as metav1.Time holds it: with less than a second in it, what is read back would differ from what was written.</summary>
    public static DateTimeOffset WholeSeconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    /// <returns><paramref name="conditions"/> with <paramref name="next"/> at the place of its type, or at the end.</returns>
    /// <remarks>The time of <paramref name="next"/> counts only when the status is another one than before.</remarks>
    public static IReadOnlyList<Condition> With(IReadOnlyList<Condition> conditions, Condition next)
    {
        var result = conditions.ToList();
        var at = result.FindIndex(condition => condition.Type == next.Type);
        if (at < 0)
        {
            result.Add(next);
            return result;
        }
        var before = result[at];
        result[at] = before.Status == next.Status ? next with { LastTransitionTime = before.LastTransitionTime } : next;
        return result;
    }
}

