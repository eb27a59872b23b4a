using Wandb.Agent.Artifacts;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Commands;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.Streaming;
using Wandb.Agent.Uploads;

namespace Wandb.Agent;

/// <summary>What all runs of one sync share: the server, its features, the settings.</summary>
internal sealed record RunContext
{
    public required WandbServer Server { get; init; }

    public required GraphQLClient GraphQL { get; init; }

    public required StreamClient Stream { get; init; }

    public required FileUploader Uploader { get; init; }

    public required ArtifactUploader Artifacts { get; init; }

    public required ServerFeatures Features { get; init; }

    public required SyncOptions Options { get; init; }

    public required ISyncObserver Observer { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Where the agent keeps its files about run files whose own folder may not be written.</summary>
    public required string StateRoot { get; init; }

    public required DurableFile Durable { get; init; }

    /// <summary>Least time between two checkpoints of one run; three times as long for one that is followed.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc cref="Live.LiveOptions.AlertPatience"/>
    public required TimeSpan AlertPatience { get; init; }

    /// <inheritdoc cref="Live.LiveOptions.RetryDelay"/>
    public required TimeSpan RetryDelay { get; init; }

    public BodyPool Bodies { get; init; } = new(StreamFiles.BodyBytes);

    public static RunContext For(
        WandbHttp http, GraphQLClient graphql, ServerFeatures features, SyncOptions options, ISyncObserver observer, TimeProvider time,
        SyncEnvironment environment) => new()
        {
            Server = http.Server,
            GraphQL = graphql,
            Stream = new StreamClient(http),
            Uploader = new FileUploader(graphql, new FilePut(http), new FileUploadOptions(), time),
            Artifacts = new ArtifactUploader(
            graphql, new FilePut(http), new ArtifactUploadOptions { UseWithProject = features.UseArtifactWithProject }, time),
            Features = features,
            Options = options,
            Observer = observer,
            Time = time,
            StateRoot = environment.StateRoot,
            Durable = environment.Durable,
            CheckpointInterval = environment.CheckpointInterval,
            AlertPatience = environment.Live.AlertPatience,
            RetryDelay = environment.Live.RetryDelay,
            Bodies = new BodyPool(environment.BodyBytes),
        };

    public string Version { get; init; } = typeof(RunContext).Assembly.GetName().Version?.ToString(3) ?? "0";
}
