using System.Diagnostics;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.Artifacts;

/// <summary>
/// Puts artifacts on the server: 1. create the version, 2. make an id for its manifest, 3. store the files, 4. turn references to
/// artifacts of this machine into those of the server, 5. upload the manifest, 6. commit, 7. note the use by the run.
/// Nothing on this machine is changed or deleted. Safe for concurrent use by many runs; the caller uploads the artifacts of one run
/// one after the other in the order of their records, because versions are numbered in the order of arrival and later ones may
/// refer to earlier ones. Uploading again after any interruption leads to the same version.
/// </summary>
internal sealed class ArtifactUploader(GraphQLClient graphql, FilePut put, ArtifactUploadOptions options, TimeProvider time)
{
    private readonly ArtifactFiles files = new(graphql, new ArtifactFilePut(graphql, put, options), options, time);

    internal async Task<ArtifactOutcome> UploadAsync(ArtifactPlan plan, CancellationToken ct)
    {
        // 1. Even if content is missing here: the server may have this very version already.
        var create = await graphql.SendAsync(CreateArtifact.Request(plan.Create), ct);
        if (!create.TryGet(out var created, out var failure))
            return ArtifactOutcome.Stopped("CreateArtifact", failure, null);
        if (created.IsCommitted)
            return await UseAsync(plan, created.Id, ct) ?? new ArtifactOutcome.AlreadyThere(created.Id);
        if (!created.AwaitsContent)
            return ArtifactOutcome.Stopped("CreateArtifact", Refusal($"the artifact is in the state {created.State}"), created.Id);

        var problems = plan.Problems;
        if (plan.ManifestFilePaths.Count > 0)
        {
            var (more, problem) = await ManifestFile.ReadAsync(plan.ManifestFilePaths, ct);
            plan = plan.WithEntriesOfFile(more);
            problems = problem is null ? problems : [.. problems, problem];
        }

        if (problems.Count > 0)
            return new ArtifactOutcome.Incomplete(problems, created.Id);

        // 2.
        var baseId = plan.BaseId ?? created.LatestId;
        var announce = await graphql.SendAsync(CreateArtifactManifest.Request(plan.Run, created.Id, baseId, plan.Kind, null), ct);
        if (!announce.TryGet(out var announced, out failure))
            return ArtifactOutcome.Stopped("CreateArtifactManifest", failure, created.Id);

        // 3.
        ManifestEntry[] withContent = [.. plan.Entries.Where(entry => entry.LocalPaths.Count > 0)];
        var stored = await files.StoreAsync(created.Id, announced.Id, withContent, ct);
        if (stored.Problems.Count > 0)
            return new ArtifactOutcome.Incomplete(WithFailure(stored), created.Id);
        if (stored.Failure is { } notStored)
            return ArtifactOutcome.Stopped(notStored.Step, notStored.Cause, created.Id);

        // 4.
        var resolved = await ResolveAsync([.. plan.Entries.Select(entry => entry with
        {
            BirthArtifactId = stored.BirthIds.TryGetValue(entry.Path, out var birth) ? birth : entry.BirthArtifactId,
        })], ct);
        if (resolved.Failure is not null)
            return ArtifactOutcome.Stopped("ClientIDMapping", resolved.Failure, created.Id);
        if (resolved.Problems.Count > 0)
            return new ArtifactOutcome.Incomplete(resolved.Problems, created.Id);

        // 5.
        var manifest = ManifestDocument.Write(plan, resolved.Entries);
        if (await UploadManifestAsync(plan, created.Id, baseId, announced.Id, manifest, ct) is { } stopped)
            return stopped;

        // 6.
        var bytes = withContent.Sum(entry => entry.SizeBytes);
        if (!plan.IsFinal)
            return new ArtifactOutcome.NotFinal(created.Id, withContent.Length, bytes);
        var commit = await graphql.SendAsync(CommitArtifact.Request(created.Id), ct);
        if (!commit.TryGet(out var committed, out failure))
            return ArtifactOutcome.Stopped("CommitArtifact", failure, created.Id);

        // 7.
        return await UseAsync(plan, created.Id, ct)
            ?? new ArtifactOutcome.Committed(created.Id, committed.Digest, withContent.Length, bytes);
    }

    private async Task<ArtifactOutcome?> UploadManifestAsync(
        ArtifactPlan plan, string artifactId, string? baseId, string manifestId, ReadOnlyMemory<byte> manifest, CancellationToken ct)
    {
        var digest = SourceDigest.OfBytes(manifest.Span);
        var (step, request) = plan.Kind == ArtifactManifestKind.Full
            ? ("CreateArtifactManifest", CreateArtifactManifest.Request(plan.Run, artifactId, baseId, plan.Kind, digest))
            : ("UpdateArtifactManifest", UpdateArtifactManifest.Request(manifestId, digest));
        var announce = await graphql.SendAsync(request, ct);
        if (!announce.TryGet(out var upload, out var failure))
            return ArtifactOutcome.Stopped(step, failure, artifactId);
        if (upload.Url is not { } url)
            return ArtifactOutcome.Stopped(step, Refusal("the server gave no URL for the manifest"), artifactId);
        var slice = new SourceSlice(new UploadSource.Memory(manifest), 0, manifest.Length, digest);
        return StoreOutcome.From(await put.SendAsync($"manifest of {plan.Name}", url, UploadHeaders.Parse(upload.Headers), slice, ct)) switch
        {
            StoreOutcome.Stored => null,
            StoreOutcome.NotStored notStored => ArtifactOutcome.Stopped("upload of the manifest", notStored.Cause, artifactId),
            _ => throw new UnreachableException(),
        };
    }

    private async Task<(ManifestEntry[] Entries, IReadOnlyList<ArtifactProblem> Problems, ApiFailure? Failure)> ResolveAsync(
        ManifestEntry[] entries, CancellationToken ct)
    {
        var serverIds = new Dictionary<string, string?>(StringComparer.Ordinal);
        var problems = new List<ArtifactProblem>();
        for (var index = 0; index < entries.Length; index++)
        {
            if (ClientReference.From(entries[index].Ref) is not { } reference)
                continue;
            if (!serverIds.TryGetValue(reference.ClientId, out var serverId))
            {
                var mapping = await graphql.SendAsync(ClientIDMapping.Request(reference.ClientId), ct);
                if (!mapping.TryGet(out var answer, out var failure))
                    return ([], [], failure);
                serverIds[reference.ClientId] = serverId = answer.ServerId;
            }

            if (serverId is not null && reference.Resolve(serverId) is { } resolved)
                entries[index] = entries[index] with { Ref = resolved };
            else
                problems.Add(new ArtifactProblem(entries[index].Path, "refers to an artifact that the server does not have"));
        }

        return (entries, problems, null);
    }

    private async Task<ArtifactOutcome?> UseAsync(ArtifactPlan plan, string artifactId, CancellationToken ct)
    {
        if (!plan.UseAfterCommit)
            return null;
        var use = await graphql.SendAsync(UseArtifact.Request(plan.Run, artifactId, options.UseWithProject), ct);
        return use.TryGet(out _, out var failure) ? null : ArtifactOutcome.Stopped("UseArtifact", failure, artifactId);
    }

    private static IReadOnlyList<ArtifactProblem> WithFailure(ArtifactFilesResult stored) => stored.Failure is { } failure
        ? [.. stored.Problems, new ArtifactProblem(null, $"{failure.Step}: {failure.Cause.Words}")]
        : stored.Problems;

    private static ApiFailure.Refused Refusal(string message) => new(RefusalKind.Other, null, message);
}
