using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>Reads annotations and labels: either a request, or all that is wrong with them at once.</summary>
internal static class InjectionAnnotations
{
    private const int MaxObjectName = 253;

    /// <summary>Whether the pod asks at all.</summary>
    public static bool Asks(IReadOnlyDictionary<string, string> annotations) => annotations.ContainsKey(InjectionKeys.Run);

    /// <summary>Whether the pod shall rather not start than start without us, as far as it says so itself.</summary>
    public static bool? Required(IReadOnlyDictionary<string, string> annotations) =>
        annotations.GetValueOrDefault(InjectionKeys.Required) switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        };

    /// <inheritdoc cref="InjectionKeys.Drain"/>
    public static bool Drains(IReadOnlyDictionary<string, string> annotations) => annotations.GetValueOrDefault(InjectionKeys.Drain) == "true";

    /// <summary>What is wrong with the name of a WandbRun, to be put behind its key; null when it can be one.</summary>
    public static string? RunProblem(string run) =>
        run.Length is > 0 and <= MaxObjectName
        && char.IsAsciiLetterOrDigit(run[0]) && char.IsAsciiLetterOrDigit(run[^1])
        && run.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
            ? null
            : $"'{run}' is no name of a WandbRun";

    /// <param name="annotations">The pod's; must ask (<see cref="Asks"/>).</param>
    /// <param name="labels">The pod's.</param>
    /// <param name="owners">Nearest first.</param>
    /// <param name="problems">Empty: the request holds.</param>
    public static InjectionRequest Read(
        IReadOnlyDictionary<string, string> annotations,
        IReadOnlyDictionary<string, string> labels,
        IReadOnlyList<PodOwner> owners,
        out IReadOnlyList<Problem> problems)
    {
        var found = new List<Problem>();
        var run = annotations[InjectionKeys.Run];
        if (RunProblem(run) is { } wrong)
            found.Add(Bad(InjectionKeys.Run, "annotation", wrong));
        foreach (var key in new[] { InjectionKeys.Required, InjectionKeys.Drain })
        {
            if (annotations.TryGetValue(key, out var answer) && answer is not ("true" or "false"))
                found.Add(Bad(key, "annotation", $"'{answer}' is neither \"true\" nor \"false\""));
        }

        var layers = new List<(Origin, RunSettings)>
        {
            (new Origin(OriginLayer.PodAnnotation, ""), Annotated(annotations, found)),
            (new Origin(OriginLayer.PodLabel, ""), Labelled(labels, "label", found)),
        };
        foreach (var owner in owners)
            layers.Add((new Origin(OriginLayer.JobLabel, $"{owner.Kind} {owner.Name}"), Labelled(owner.Labels, $"label of {owner.Kind} {owner.Name}", found)));

        problems = found;
        return new InjectionRequest
        {
            Run = run,
            Name = Checked(annotations, InjectionKeys.Name, "annotation", RunValues.Label, found),
            Containers = Items(annotations, InjectionKeys.Containers, static name => name.Length == 0 ? "is empty" : null, found),
            Layers = layers,
            // A newer operator or Job webhook may know it: no reason to leave the pod alone, but a typing mistake must be told.
            Warnings =
            [
                .. annotations.Keys.Where(IsUnknown).Order(StringComparer.Ordinal).Select(key => new Problem(
                    ProblemReasons.Limited, $"annotation {key} is not known and has no effect; known are {string.Join(", ", InjectionKeys.Annotations)}")),
            ],
        };
    }

    private static RunSettings Annotated(IReadOnlyDictionary<string, string> annotations, List<Problem> found) =>
        Labelled(annotations, "annotation", found) with
        {
            Tags = Items(annotations, InjectionKeys.Tags, RunValues.Tag, found),
            Mode = Mode(annotations, found),
            Required = Required(annotations),
        };

    private static RunSettings Labelled(IReadOnlyDictionary<string, string> values, string what, List<Problem> found) =>
        new()
        {
            Group = Checked(values, InjectionKeys.Group, what, RunValues.Label, found),
            JobType = Checked(values, InjectionKeys.JobType, what, RunValues.Label, found),
        };

    private static RunMode? Mode(IReadOnlyDictionary<string, string> annotations, List<Problem> found)
    {
        if (!annotations.TryGetValue(InjectionKeys.Mode, out var text))
            return null;
        RunMode? mode = text switch
        {
            "offline" => RunMode.Offline,
            "dryrun" => RunMode.Offline,
            "online" => RunMode.Online,
            "shared" => RunMode.Shared,
            "disabled" => RunMode.Disabled,
            _ => null,
        };
        if (mode is null)
            found.Add(Bad(InjectionKeys.Mode, "annotation", $"'{text}' is none of offline, online, shared, disabled"));
        return mode;
    }

    private static string? Checked(
        IReadOnlyDictionary<string, string> values, string key, string what, Func<string, string?> problem, List<Problem> found)
    {
        if (!values.TryGetValue(key, out var value))
            return null;
        if (problem(value) is not { } wrong)
            return value;
        found.Add(Bad(key, what, wrong));
        return null;
    }

    /// <summary>A list with commas; blanks around its items do not count.</summary>
    private static string[]? Items(IReadOnlyDictionary<string, string> annotations, string key, Func<string, string?> problem, List<Problem> found)
    {
        if (!annotations.TryGetValue(key, out var text))
            return null;
        var items = text.Split(',', StringSplitOptions.TrimEntries);
        var before = found.Count;
        for (var at = 0; at < items.Length; at++)
        {
            if (problem(items[at]) is { } wrong)
                found.Add(Bad(key, "annotation", $"item {at + 1} {wrong}"));
        }
        return found.Count == before ? items : null;
    }

    private static bool IsUnknown(string key) =>
        key.StartsWith(InjectionKeys.Prefix, StringComparison.Ordinal) && !InjectionKeys.Annotations.Contains(key) && !InjectionKeys.Ours.Contains(key);

    private static Problem Bad(string key, string what, string message) => new(ProblemReasons.BadAnnotation, $"{what} {key} {message}");
}
