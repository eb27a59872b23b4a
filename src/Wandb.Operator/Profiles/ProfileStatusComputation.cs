using Wandb.Operator.Resources;

namespace Wandb.Operator.Profiles;

/// <summary>Observation to status. The same observation gives the same status; the order of runs does not matter.</summary>
internal static class ProfileStatusComputation
{
    public const string InUse = "InUse";
    public const string ReferencesFound = "ReferencesFound";
    public const string RunsAllowed = "RunsAllowed";

    private const int ShownNames = 3;

    public static WandbProfileStatus Of(ProfileObservation observation)
    {
        var references = ProfileReferences.Of(observation.Spec);
        var names = observation.Runs.Select(run => run.Metadata.Name).Order(StringComparer.Ordinal).ToList();
        IReadOnlyList<Condition> conditions = observation.Previous?.Conditions ?? [];
        foreach (var (type, status, reason, message) in new[] { Use(names), References(references), Allowed(observation) })
        {
            conditions = Condition.With(conditions, new Condition
            {
                Type = type,
                Status = status,
                Reason = reason,
                Message = message,
                LastTransitionTime = Condition.WholeSeconds(observation.Now),
                ObservedGeneration = observation.Generation,
            });
        }
        return new WandbProfileStatus { ObservedGeneration = observation.Generation, Conditions = conditions, Runs = names.Count, References = references };
    }

    private static (string Type, string Status, string Reason, string Message) Use(List<string> names) => names.Count == 0
        ? (InUse, "False", "NoRuns", "no WandbRun of the namespace uses it")
        : (InUse, "True", "Used", $"{Number(names.Count, "WandbRun")} of the namespace {(names.Count == 1 ? "uses" : "use")} it: {Listed(names)}");

    private static (string Type, string Status, string Reason, string Message) References(IReadOnlyList<ReferenceEntry> references) => references.Count == 0
        ? (ReferencesFound, "True", "NoReferences", "it names no Secret, ConfigMap or claim")
        : (ReferencesFound, "Unknown", ProfileReferences.NotReadable,
            $"{string.Join(", ", references.Select(reference => $"{reference.Kind} {reference.Name}"))}: not checked, because the operator may not read them; a pod that cannot mount one says so in its events");

    private static (string Type, string Status, string Reason, string Message) Allowed(ProfileObservation observation)
    {
        var spec = observation.Spec;
        if ((Problem("project", spec.Project, spec.AllowedProjects) ?? Problem("entity", spec.Entity, spec.AllowedEntities)) is { } own)
            return (RunsAllowed, "False", "OwnValueNotAllowed", $"the profile's own {own}");
        var refused = observation.Runs
            .OrderBy(run => run.Metadata.Name, StringComparer.Ordinal)
            .Select(run => (run.Metadata.Name, Problem: Problem("project", run.Spec.Project, spec.AllowedProjects) ?? Problem("entity", run.Spec.Entity, spec.AllowedEntities)))
            .Where(run => run.Problem is not null)
            .ToList();
        return refused.Count == 0
            ? (RunsAllowed, "True", "AllAllowed", "no WandbRun names a project or an entity that the profile does not allow")
            : (RunsAllowed, "False", "RunNotAllowed",
                $"pods of {Number(refused.Count, "WandbRun")} are not injected; {refused[0].Name}: {refused[0].Problem}");
    }

    /// <summary>What is not said here may be said by another layer, which an admission knows.</summary>
    private static string? Problem(string what, string? value, IReadOnlyList<string>? allowed) =>
        value is null || allowed is null || allowed.Contains(value, StringComparer.Ordinal)
            ? null
            : $"{what} '{value}' is not among those that it allows: {Listed(allowed)}";

    private static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(ShownNames)) + (names.Count > ShownNames ? $" and {names.Count - ShownNames} more" : "");

    private static string Number(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
