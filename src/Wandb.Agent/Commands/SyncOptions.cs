using Wandb.Agent.Artifacts;
using Wandb.Agent.Ends;
using Wandb.Agent.Http;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;

namespace Wandb.Agent.Commands;

/// <summary>What <c>wandb-agent sync</c> was asked to do. Overrides that are null leave what the run file says.</summary>
internal sealed record SyncOptions
{
    /// <summary>Where the server puts a run whose project nobody names; the SDK writes this name itself.</summary>
    public const string UnnamedProject = "uncategorized";

    public string? Project { get; init; }

    public string? Entity { get; init; }

    /// <summary>Entity and project for runs whose file names none (<c>WANDB_ENTITY</c>, <c>WANDB_PROJECT</c>).</summary>
    public string? DefaultEntity { get; init; }

    public string? DefaultProject { get; init; }

    /// <summary>Another run id; only for a single run.</summary>
    public string? RunId { get; init; }

    public string? Group { get; init; }

    public string? JobType { get; init; }

    public string? Name { get; init; }

    /// <summary>Tags to replace by others; an empty replacement removes the tag.</summary>
    public IReadOnlyDictionary<string, string> ReplaceTags { get; init; } = new Dictionary<string, string>();

    /// <summary>Also runs that are marked as synced: the server is asked what it has, and only what is missing is sent.</summary>
    public bool IncludeSynced { get; init; }

    /// <summary>Runs that are synced at the same time; 1 to 64. Default 5.</summary>
    public int Jobs { get; init; } = 5;

    /// <summary>Keeps what each request has brought, as for runs that are followed: little is left to do, and the agent may be killed at any moment.</summary>
    public bool KeepsEachRequest { get; init; }

    /// <summary>
    /// A run whose files or artifacts the server does not take, or cannot be read here, is not closed: somebody tries it again. A refusal may pass: a key
    /// that is being changed, a signed URL that has expired, a database behind the server.
    /// </summary>
    public bool HoldsOpen { get; init; }

    /// <summary>Closes runs that have no exit record with this code; null leaves them open.</summary>
    public int? FinishCode { get; init; }

    /// <summary>Files that the run names but that no longer exist do not keep it from being called synced; the receipt lists them.</summary>
    public bool AllowMissing { get; init; }

    /// <summary>Say what would be synced, without any network.</summary>
    public bool DryRun { get; init; }

    /// <summary>What is added to the run of a run file; asked again and again.</summary>
    public Func<RunHead, AddedToRun> Additions { get; init; } = static _ => AddedToRun.None;

    /// <summary>Keys of the summary that <see cref="Reporting.RunFacts"/> carry.</summary>
    public IReadOnlyList<string> SummaryMetrics { get; init; } = [];

    /// <summary><see cref="SummaryMetrics"/>, and the step.</summary>
    public IReadOnlyList<string> ToldSummary => ["_step", .. SummaryMetrics];

    /// <summary>Knows how writers ended that left no exit record.</summary>
    public IWriterEnds Writers { get; init; } = UnknownEnds.Instance;

    /// <summary>Has content that trainers remove before it can be sent; null: nothing keeps it.</summary>
    public TemporaryContents? Temporary { get; init; }

    /// <summary>What the options say over the run files.</summary>
    public RunOverrides Overrides => new()
    {
        Entity = Entity,
        Project = Project,
        RunId = RunId,
        Group = Group,
        JobType = JobType,
        DisplayName = Name,
        ReplaceTags = ReplaceTags,
    };

    /// <summary>
    /// Where a run belongs as far as its file and the options say: files of the same place are parts of one run. The entity is empty where neither names one:
    /// that is the key's default entity.
    /// </summary>
    public RunPath PathOf(RunRecord run) => new(
        Given(Entity) ?? Given(run.Entity) ?? DefaultEntity ?? "",
        Given(Project) ?? Given(run.Project) ?? Given(DefaultProject) ?? UnnamedProject,
        Given(RunId) ?? run.RunId);

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
