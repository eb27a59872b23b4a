using System.Diagnostics;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.State;

namespace Wandb.Agent;

/// <summary>Tells the server of the run: everything once, and what changed after that, also what changed since an earlier agent's checkpoint.</summary>
internal sealed class RunAnnouncer(RunContext context, RunPart part, RunState state)
{
    private byte[] _acknowledgedConfig = [];

    /// <summary>The run as the server resolved it; null before it was announced.</summary>
    public UpsertedBucket? Bucket { get; private set; }

    /// <summary>Why the run could not be announced; null when it could.</summary>
    public ApiFailure? Failure { get; private set; }

    /// <summary>Whether the server was told of more than the config: what the run is called is what this part says.</summary>
    public bool HasDescribed { get; private set; }

    /// <returns>Why the server does not take the run; null when it does.</returns>
    public async Task<string?> AnnounceAsync(CancellationToken ct)
    {
        var sent = state.Identity.Variables;
        var config = RunConfigDocument.ToJson(ConfigParts());
        var variables = FirstVariables(config);
        switch (await context.GraphQL.SendAsync(UpsertBucket.Request(variables), ct))
        {
            case ApiOutcome<UpsertedBucket>.Success success:
                if (await ContradictionAsync(success.Value, ct) is { } contradiction)
                {
                    Failure = contradiction;
                    return RunUpsert.Explain(contradiction, success.Value.Path, "the run", context.Server);
                }
                Bucket = success.Value;
                Acknowledge(sent, config);
                return null;
            case ApiOutcome<UpsertedBucket>.Failed failed:
                Failure = failed.Cause;
                return RunUpsert.Explain(failed.Cause, variables, context.Server);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Sends what changed since the server last heard of the run; nothing when nothing did.</summary>
    /// <returns>Null when the server has all of it.</returns>
    public async Task<ApiFailure?> UpdateAsync(CancellationToken ct)
    {
        if (Changes() is not { } update)
            return null;
        if (await SendAsync(update, ct) is { } failure)
            return failure;
        Acknowledge(update);
        return null;
    }

    /// <returns>What changed since the server last heard of the run; null when nothing did.</returns>
    public RunUpdate? Changes()
    {
        var bucket = Bucket ?? throw new InvalidOperationException("The run is not announced yet");
        var changes = state.Identity.PendingChanges;
        var config = RunConfigDocument.ToJson(ConfigParts());
        if (changes.IsEmpty && config.AsSpan().SequenceEqual(_acknowledgedConfig))
            return null;
        return new RunUpdate(state.Identity.Variables, config, UpsertBucket.Request(RunUpsert.Changes(bucket.StorageId, bucket.Path, changes, config)));
    }

    /// <summary>Touches nothing of the run's state: that may be worked on meanwhile.</summary>
    /// <returns>Null when the server has it, which is then to be noted with <see cref="Acknowledge(RunUpdate)"/>.</returns>
    public async Task<ApiFailure?> SendAsync(RunUpdate update, CancellationToken ct) =>
        await context.GraphQL.SendAsync(update.Request, ct) is ApiOutcome<UpsertedBucket>.Failed failed ? failed.Cause : null;

    public void Acknowledge(RunUpdate update) => Acknowledge(update.Sent, update.Config);

    public RunConfigParts ConfigParts() => new()
    {
        Config = state.Config,
        Added = state.Added.Config,
        Telemetry = state.Telemetry,
        Metrics = state.Metrics,
        Environment = state.Environment,
        CoreVersion = context.Version,
        Synced = true,
        ServerExpandsGlobs = context.Features.ExpandDefinedMetricGlobs,
        OtherWriters = [.. part.OtherWriters, .. state.EarlierWriters],
    };

    /// <summary>What is wrong with a run that the server did not know a moment ago; null when it has no rows.</summary>
    public static ApiFailure? Contradiction(UpsertedBucket bucket) => bucket.HistoryLines == 0
        ? null
        : new ApiFailure.Refused(
            RefusalKind.Other, null, $"it said that there is no such run, and then that it has {bucket.HistoryLines} rows of it: nothing is sent before it is asked again");

    /// <summary>
    /// Everything, or what changed since a checkpoint: somebody may have given the run another name, or tags, on its page since. An earlier part that has
    /// described the run just now is written over.
    /// </summary>
    private UpsertBucketVariables FirstVariables(byte[] config) =>
        part is { Checkpoint: { WasAnnounced: true } kept, IsDescribedAnew: false }
            ? RunUpsert.Changes(kept.StorageId, new RunPath(kept.Entity, kept.Project, kept.Run), state.Identity.PendingChanges, config)
            : RunUpsert.Everything(state.Identity, context.Options, config);

    /// <summary>
    /// The server keeps the run elsewhere than the parts before it; or it had no such run, and this request did not make it: where rows of it stand must be
    /// known before any is sent.
    /// </summary>
    /// <returns>Null when the run is empty, as when the request was made twice because its first answer was lost.</returns>
    private async Task<ApiFailure?> ContradictionAsync(UpsertedBucket bucket, CancellationToken ct)
    {
        if (part.Place is { } place && place != bucket.Path)
            return new ApiFailure.Refused(RefusalKind.Other, null, $"it keeps the other parts of this run as {place}: sync its directory alone");
        if (part.OnServer is not null || part.Earlier is not null || bucket is { Inserted: true, HistoryLines: 0 })
            return null;
        if (Contradiction(bucket) is { } contradiction)
            return contradiction;
        return await context.GraphQL.SendAsync(RunResumeStatus.Request(bucket.Path), ct) switch
        {
            ApiOutcome<RunResumeAnswer>.Success { Value.Run: null or { HistoryLines: 0, EventsLines: 0, ConsoleLines: 0 } } => null,
            ApiOutcome<RunResumeAnswer>.Success => new ApiFailure.Refused(
                RefusalKind.Other, null, "it said that there is no such run, and then that it has lines of it: nothing is sent before it is asked again"),
            ApiOutcome<RunResumeAnswer>.Failed failed => failed.Cause,
            _ => throw new UnreachableException(),
        };
    }

    private void Acknowledge(UpsertVariables sent, byte[] config)
    {
        HasDescribed |= part.IsDescribedAnew || !state.Identity.PendingChanges.IsEmpty;
        state.Identity.Acknowledge(sent);
        _acknowledgedConfig = config;
    }
}
