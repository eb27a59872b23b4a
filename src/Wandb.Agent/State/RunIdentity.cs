using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.State;

/// <summary>
/// Who the run is: the first run record, what later ones change (only fields that are not empty; so tags cannot be cleared, as in SDK 0.28.2), what the
/// environment records say of the program, and the command line over all of them. Texts that nobody set are empty.
/// </summary>
internal sealed class RunIdentity(RunOverrides overrides)
{
    private RunIdentitySnapshot known = RunIdentitySnapshot.Empty;

    /// <summary>Whether a run record came: before that nothing may be sent.</summary>
    public bool IsKnown => known.RunId.Length > 0;

    /// <summary>Empty when the user gave none: the server then takes the default entity.</summary>
    public string Entity => Prefer(overrides.Entity, known.Entity);

    public string Project => Prefer(overrides.Project, known.Project);

    public string RunId => Prefer(overrides.RunId, known.RunId);

    /// <summary>The id that the trainer used, whatever the command line says.</summary>
    public string RecordedRunId => known.RunId;

    public string StorageId => known.StorageId;

    public string DisplayName => Prefer(overrides.DisplayName, known.DisplayName);

    public IReadOnlyList<string> Tags => overrides.Added().Merge(overrides.Replace(known.Tags), EndTag);

    /// <summary>Says how the writer ended, where the run's state does not; null: nothing to say.</summary>
    public string? EndTag { get; set; }

    /// <summary>When the trainer started the run; null when no record says so.</summary>
    public DateTimeOffset? StartTime => known.StartTime;

    /// <summary>Step of the first row; more than 0 in resumed and forked runs.</summary>
    public long StartingStep => known.StartingStep;

    public bool Resumed => known.Resumed;

    /// <summary>Null for a run that is no fork.</summary>
    public BranchOrigin? BranchPoint => known.BranchPoint;

    /// <summary>The fields of the UpsertBucket mutation as they are now.</summary>
    public UpsertVariables Variables => new()
    {
        GroupName = Given(Prefer(overrides.Group, known.Group)),
        JobType = Given(Prefer(overrides.JobType, known.JobType)),
        DisplayName = Given(DisplayName) ?? overrides.Added().Name,
        Notes = Given(known.Notes) ?? overrides.Added().Notes,
        Tags = Tags is { Count: > 0 } tags ? tags : null,
        Commit = Given(known.Commit),
        Repo = Given(known.Repo),
        Host = Given(Prefer(known.Host, known.EnvironmentHost)),
        Program = Given(known.Program),
        Sweep = Given(known.Sweep),
    };

    /// <summary>What differs from what the server last acknowledged; everything before the first acknowledgement.</summary>
    public UpsertVariables PendingChanges => Variables.ChangedSince(known.Acknowledged);

    public void Apply(RunRecord record) => known = known with
    {
        RunId = Newer(record.RunId, known.RunId),
        Entity = Newer(record.Entity, known.Entity),
        Project = Newer(record.Project, known.Project),
        StorageId = Newer(record.StorageId, known.StorageId),
        Group = Newer(record.RunGroup, known.Group),
        JobType = Newer(record.JobType, known.JobType),
        DisplayName = Newer(record.DisplayName, known.DisplayName),
        Notes = Newer(record.Notes, known.Notes),
        Tags = record.Tags.Count > 0 ? [.. record.Tags] : known.Tags,
        Sweep = Newer(record.SweepId, known.Sweep),
        Host = Newer(record.Host, known.Host),
        Repo = Newer(record.Git?.RemoteUrl ?? "", known.Repo),
        Commit = Newer(record.Git?.Commit ?? "", known.Commit),
        Resumed = known.Resumed || record.Resumed,

        // Where and when the run began is settled by the record that names it first.
        StartTime = known.StartTime ?? RecordTime.ToTime(record.StartTime),
        StartingStep = known.StartingStep != 0 ? known.StartingStep : record.StartingStep,
        BranchPoint = known.BranchPoint ?? Origin(record.BranchPoint),
    };

    public void Apply(EnvironmentRecord record) => known = known with
    {
        Program = Newer(record.Program, known.Program),
        EnvironmentHost = Newer(record.Host, known.EnvironmentHost),
    };

    /// <summary>Remembers what the server has, so that <see cref="PendingChanges"/> leaves it out.</summary>
    /// <param name="sent">The <see cref="Variables"/> as they were when the request was made.</param>
    public void Acknowledge(UpsertVariables sent) => known = known with { Acknowledged = sent };

    public RunIdentitySnapshot ToSnapshot() => known;

    public static RunIdentity FromSnapshot(RunIdentitySnapshot snapshot, RunOverrides overrides) => new(overrides) { known = snapshot };

    private static BranchOrigin? Origin(BranchPoint? point) =>
        point is { Run.Length: > 0 } ? new BranchOrigin(point.Run, point.Value, point.Metric) : null;

    private static string Newer(string update, string old) => update.Length > 0 ? update : old;

    private static string Prefer(string? first, string second) => string.IsNullOrEmpty(first) ? second : first;

    private static string? Given(string text) => text.Length > 0 ? text : null;
}
