using System.Diagnostics;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Uploads;

/// <summary>
/// Puts files of runs on the server: 1. read each that may have changed and take its digest, 2. ask for the URLs of those that are new, 3. send them.
/// Reads only; safe for concurrent use by many runs.
/// </summary>
internal sealed class FileUploader(GraphQLClient graphql, FilePut put, FileUploadOptions options, TimeProvider time)
{
    /// <param name="files">No name twice.</param>
    /// <returns>One outcome for each file, in their order.</returns>
    internal async Task<IReadOnlyList<FileOutcome>> UploadAsync(RunPath run, IReadOnlyList<FileUpload> files, CancellationToken ct)
    {
        var outcomes = new FileOutcome?[files.Count];
        var contents = new Content?[files.Count];

        // 1.
        await ForEachAsync(Enumerable.Range(0, files.Count), async (index, token) =>
            (contents[index], outcomes[index]) = await LookAsync(files[index], token), ct);
        foreach (var batch in Enumerable.Range(0, files.Count).Where(index => outcomes[index] is null).Chunk(options.BatchSize))
        {
            // 2.
            switch (await graphql.SendAsync(CreateRunFiles.Request(run, [.. batch.Select(index => files[index].Name)]), ct))
            {
                case ApiOutcome<RunFileUploads>.Success success:
                    // 3.
                    var headers = UploadHeaders.Parse(success.Value.Headers);
                    await ForEachAsync(batch, async (index, token) =>
                    {
                        var file = files[index];
                        outcomes[index] = await SendAsync(file, success.Value.Urls[file.Name], headers, contents[index]!, token);
                    }, ct);
                    break;
                case ApiOutcome<RunFileUploads>.Failed failed:
                    foreach (var index in batch)
                        outcomes[index] = NotSent(files[index].Name, failed.Cause);
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        return [.. outcomes.Select(outcome => outcome ?? throw new UnreachableException())];
    }

    private Task ForEachAsync(IEnumerable<int> indexes, Func<int, CancellationToken, ValueTask> body, CancellationToken ct) =>
        Parallel.ForEachAsync(indexes, new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = ct }, body);

    private async Task<(Content? Content, FileOutcome? Outcome)> LookAsync(FileUpload file, CancellationToken ct)
    {
        // What is written from here on has another one.
        var stamp = file.Source.Stamp() is { } now && now.IsRested(time.GetUtcNow()) ? now : (FileStamp?)null;
        if (stamp is { } rested && rested == file.KnownStamp && file.KnownMd5 is { } md5)
            return (null, new FileOutcome.Unchanged(file.Name, rested.Length, md5) { Stamp = rested });
        return await SourceDigest.OfAsync(file.Source, ct) switch
        {
            DigestOutcome.Known known when known.Md5 == file.KnownMd5 =>
                (null, new FileOutcome.Unchanged(file.Name, known.LengthBytes, known.Md5) { Stamp = stamp }),
            DigestOutcome.Known known => (new Content(new SourceSlice(file.Source, 0, known.LengthBytes, known.Md5), stamp), null),
            DigestOutcome.Missing => (null, new FileOutcome.Missing(file.Name, file.Source is UploadSource.LocalFile local ? local.Path : file.Name)),
            DigestOutcome.Unreadable unreadable => (null, new FileOutcome.Unreadable(file.Name, unreadable.Reason)),
            _ => throw new UnreachableException(),
        };
    }

    private async Task<FileOutcome> SendAsync(
        FileUpload file, string url, IReadOnlyList<KeyValuePair<string, string>> headers, Content content, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            switch (await put.SendAsync(file.Name, url, headers, content.Slice, ct))
            {
                case PutOutcome.Stored stored:
                    return new FileOutcome.Uploaded(file.Name, content.Slice.LengthBytes, content.Slice.Md5, stored.Status) { Stamp = content.Stamp };
                case PutOutcome.Refused refused:
                    return new FileOutcome.Refused(file.Name, refused.Status, refused.Message);
                case PutOutcome.GaveUp gaveUp:
                    return new FileOutcome.GaveUp(file.Name, gaveUp.LastReason);
                case PutOutcome.SourceChanged when tries == options.TriesWhileChanging:
                    return new FileOutcome.Unstable(file.Name, tries);
                case PutOutcome.SourceChanged:
                    var (next, outcome) = await LookAsync(file, ct);
                    if (next is null)
                        return outcome ?? throw new UnreachableException();
                    content = next;
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    private static FileOutcome NotSent(string name, ApiFailure cause) => cause switch
    {
        ApiFailure.Refused refused => new FileOutcome.Refused(name, refused.Status, refused.Message),
        ApiFailure.GaveUp gaveUp => new FileOutcome.GaveUp(name, gaveUp.LastReason),
        _ => throw new UnreachableException(),
    };

    /// <param name="Stamp">Before the digest was taken.</param>
    private sealed record Content(SourceSlice Slice, FileStamp? Stamp);
}
