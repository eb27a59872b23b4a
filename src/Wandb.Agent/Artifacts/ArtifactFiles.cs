using System.Diagnostics;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;

namespace Wandb.Agent.Artifacts;

/// <summary>
/// Stores the content of an artifact's entries. Each batch: 1. look at the files, 2. ask the server what it wants and where to,
/// 3. send it. 4. What was not stored (an upload URL may have expired) gets another round as long as a round stores at least half of its files.
/// A file that is missing here is no problem if the server has its content.
/// </summary>
internal sealed class ArtifactFiles(GraphQLClient graphql, ArtifactFilePut put, ArtifactUploadOptions options, TimeProvider time)
{
    /// <param name="entries">Those with a local path.</param>
    internal async Task<ArtifactFilesResult> StoreAsync(
        string artifactId, string manifestId, IReadOnlyList<ManifestEntry> entries, CancellationToken ct)
    {
        var births = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<ArtifactProblem>();
        var started = time.GetTimestamp();
        var round = entries;
        while (true)
        {
            var failed = new List<(ManifestEntry Entry, ApiFailure Cause)>();
            for (var next = 0; next < round.Count;)
            {
                var size = PartPlan.BatchSize(births.Count, time.GetElapsedTime(started), options);
                ManifestEntry[] batch = [.. round.Skip(next).Take(size)];
                next += batch.Length;

                // 1.
                var contents = new FileContent[batch.Length];
                await ForEachAsync(batch.Length, async (index, token) => contents[index] = await FileContent.LookAsync(batch[index], options, token), ct);

                // 2.
                var specs = batch.Zip(contents, (entry, content) => new ArtifactFileSpec(entry.Path, entry.Digest, entry.MimeType, content.Parts));
                var answer = await graphql.SendAsync(CreateArtifactFiles.Request(artifactId, manifestId, [.. specs]), ct);
                if (!answer.TryGet(out var uploads, out var failure))
                    return new ArtifactFilesResult(births, problems, ("CreateArtifactFiles", failure));

                // 3.
                var outcomes = await SendAsync(batch, contents, uploads.Files, ct);
                for (var index = 0; index < batch.Length; index++)
                    Note(batch[index], outcomes[index], uploads.Files[index]);
            }

            if (failed.Count == 0)
                return new ArtifactFilesResult(births, problems, null);

            // 4.
            if (failed.Count * 2 > round.Count)
                return new ArtifactFilesResult(births, problems, ($"upload of {failed[0].Entry.Path}", failed[0].Cause));
            round = [.. failed.Select(file => file.Entry)];

            void Note(ManifestEntry entry, StoreOutcome outcome, ArtifactFileUpload upload)
            {
                switch (outcome)
                {
                    case StoreOutcome.Stored:
                        births[entry.Path] = upload.BirthArtifactId;
                        break;
                    case StoreOutcome.Unusable unusable:
                        problems.Add(new ArtifactProblem(entry.Path, unusable.Reason));
                        break;
                    case StoreOutcome.NotStored notStored:
                        failed.Add((entry, notStored.Cause));
                        break;
                    default:
                        throw new UnreachableException();
                }
            }
        }
    }

    private async Task<StoreOutcome[]> SendAsync(
        ManifestEntry[] batch, FileContent[] contents, IReadOnlyList<ArtifactFileUpload> uploads, CancellationToken ct)
    {
        var outcomes = new StoreOutcome[batch.Length];
        await ForEachAsync(
            batch.Length,
            async (index, token) => outcomes[index] = uploads[index].Url is null && uploads[index].Multipart is null
                ? new StoreOutcome.Stored()
                : await put.SendAsync(batch[index], contents[index], uploads[index], token),
            ct);
        return outcomes;
    }

    private Task ForEachAsync(int count, Func<int, CancellationToken, ValueTask> body, CancellationToken ct) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = ct }, body);
}
