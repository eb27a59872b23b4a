using System.Text;
using Wandb.Agent.Commands;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.State;

namespace Wandb.Agent;

/// <summary>What UpsertBucket is told of a run, and what a person is told when the server does not want it.</summary>
internal static class RunUpsert
{
    /// <summary>The first request: everything that is known.</summary>
    public static UpsertBucketVariables Everything(RunIdentity identity, SyncOptions options, byte[] config) =>
        With(identity.Variables, config) with
        {
            Name = identity.RunId,
            Entity = FirstGiven(identity.Entity, options.DefaultEntity),
            Project = FirstGiven(identity.Project, options.DefaultProject),
        };

    /// <summary>A later request: only what changed, so that nothing is undone that somebody changed on the server in the meantime.</summary>
    public static UpsertBucketVariables Changes(string storageId, RunPath run, UpsertVariables changes, byte[] config) =>
        With(changes, config) with
        {
            Id = changes.IsEmpty ? null : storageId,
            Name = run.Run,
            Entity = run.Entity,
            Project = run.Project,
        };

    public static string Explain(ApiFailure failure, UpsertBucketVariables variables, WandbServer server) =>
        Explain(failure, new RunPath(variables.Entity ?? "", variables.Project ?? "", variables.Name ?? ""), "the run", server);

    /// <param name="what">What was to be written or read, for the sentence.</param>
    /// <param name="access">What the key may not do when the server forbids it: <c>write to</c>, <c>read</c>.</param>
    public static string Explain(ApiFailure failure, RunPath run, string what, WandbServer server, string access = "write to")
    {
        var entity = run.Entity.Length > 0 ? $"entity {run.Entity}" : "the key's default entity";
        var place = $"{entity}, project {(run.Project.Length > 0 ? run.Project : SyncOptions.UnnamedProject)}";
        return failure switch
        {
            ApiFailure.Refused { Kind: RefusalKind.Unauthorized } when server.Key is null =>
                $"no API key for {server.BaseUrl.Host}: set WANDB_API_KEY, use --api-key-file, or add the host to ~/.netrc",
            ApiFailure.Refused { Kind: RefusalKind.Unauthorized } =>
                $"the API key is wrong for {server.BaseUrl.Host} (HTTP 401): check WANDB_API_KEY, --api-key-file or ~/.netrc",
            ApiFailure.Refused { Kind: RefusalKind.Forbidden } refused =>
                $"the API key may not {access} {place} (HTTP 403: {refused.Message}): use a key of a member, or --entity and --project",
            ApiFailure.Refused { Kind: RefusalKind.NotFound } refused =>
                $"{place} is not known to {server.BaseUrl.Host} (HTTP 404: {refused.Message}): check --entity and --project",
            ApiFailure.Refused refused => $"{server.BaseUrl.Host} refuses {what} of {place}: {refused.Words}",
            ApiFailure.GaveUp gaveUp => $"{server.BaseUrl.Host} could not be reached for {what}: {gaveUp.Words}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static UpsertBucketVariables With(UpsertVariables variables, byte[] config) => new()
    {
        GroupName = variables.GroupName,
        JobType = variables.JobType,
        DisplayName = variables.DisplayName,
        Notes = variables.Notes,
        Tags = variables.Tags,
        Commit = variables.Commit,
        Repo = variables.Repo,
        Host = variables.Host,
        Program = variables.Program,
        Sweep = variables.Sweep,
        Config = Encoding.UTF8.GetString(config),
    };

    private static string? FirstGiven(string first, string? second) =>
        first.Length > 0 ? first : string.IsNullOrEmpty(second) ? null : second;
}
