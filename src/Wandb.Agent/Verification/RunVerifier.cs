using System.Diagnostics;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.Verification;

/// <summary>
/// Verifies one run: 1 ask for the run, 2 go through its run files, 3 compare lines and state, 4 ask for the files and compare them with those here,
/// 5 ask for the artifacts. Reads only, here and there.
/// </summary>
internal sealed class RunVerifier(ServerInquiry inquiry, WandbServer server)
{
    /// <param name="place">Where the run is looked for.</param>
    /// <param name="files">The run files in the order of their start, each with the receipt of a sync with this server.</param>
    public async Task<VerificationReport> VerifyAsync(RunPath place, IReadOnlyList<(RunHead Head, Receipt? Receipt)> files, CancellationToken ct)
    {
        var paths = files.Select(file => file.Head.Path).ToList();
        try
        {
            // 1
            return await inquiry.RunAsync(place, ct) switch
            {
                ApiOutcome<RunResumeAnswer>.Success success => await CompareAsync(place, files, success.Value.Run, ct),
                ApiOutcome<RunResumeAnswer>.Failed failed => Unanswered(paths, place, failed.Cause),
                _ => throw new UnreachableException(),
            };
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return new VerificationReport { RunFiles = paths, Result = VerificationResult.Unusable, Run = place, Message = $"cannot be read: {ReadFailure.Describe(exception)}" };
        }
    }

    public VerificationReport Unanswered(IReadOnlyList<string> runFiles, RunPath place, ApiFailure cause) =>
        new() { RunFiles = runFiles, Result = VerificationResult.Unanswered, Run = place, Message = Explain(cause, place) };

    private async Task<VerificationReport> CompareAsync(
        RunPath place, IReadOnlyList<(RunHead Head, Receipt? Receipt)> files, RunResumeState? run, CancellationToken ct)
    {
        // 2
        var history = new ResumeSearch(ServerLines.Of(run?.HistoryLines ?? 0, run?.HistoryTail ?? []));
        var events = new ResumeSearch(ServerLines.Of(run?.EventsLines ?? 0, run?.EventsTail ?? []));
        var parts = new List<VerifiedPart>();
        foreach (var (head, receipt) in files)
        {
            var contents = new RunContents(history, events);
            RunContentsReader.Read(head.Path, contents, ct);
            // A run that was deleted and made again is another run: the receipt tells nothing of it.
            parts.Add(new VerifiedPart(head, contents, receipt is not null && receipt.StorageId == run?.StorageId ? receipt : null));
        }
        if (run is null)
            return Report(place, parts, [], [RunVerification.NoSuchRun(parts, place.ToString(), server.BaseUrl.Host)], null);
        // 3
        var path = new RunPath(run.Entity ?? place.Entity, run.Project ?? place.Project, place.Run);
        var verification = new RunVerification(parts, run);
        List<Finding> findings = [.. verification.OfLines(history, events), verification.OfState()];
        // 4
        var named = NamedFiles.Of(parts, FilesFolder);
        var stored = await inquiry.FilesAsync(path, [.. named.Select(file => file.Name)], ct);
        var local = stored is ServerReading<RunFilesAnswer>.Known ? await DigestsAsync(named, ct) : new Dictionary<string, DigestOutcome>();
        findings.AddRange(verification.OfFiles(named, local, stored));
        var failure = (stored as ServerReading<RunFilesAnswer>.Failed)?.Cause;
        // 5
        foreach (var (artifact, receiptId) in parts.SelectMany(Artifacts))
        {
            if (failure is not null)
            {
                findings.Add(ArtifactVerification.Of(artifact, new ServerReading<ArtifactStateAnswer>.Failed(failure)));
                continue;
            }
            var reading = await inquiry.ArtifactAsync(artifact, receiptId, ct);
            failure = (reading as ServerReading<ArtifactStateAnswer>.Failed)?.Cause;
            findings.Add(ArtifactVerification.Of(artifact, reading));
        }
        return Report(path, parts, named, findings, failure) with { Url = server.PageUrl(path) };
    }

    private static IEnumerable<(LoggedArtifact Artifact, string? ReceiptId)> Artifacts(VerifiedPart part) =>
        part.Contents.Artifacts.Select(artifact => (artifact, part.Receipt?.Artifacts.FirstOrDefault(sent => sent.Offset == artifact.Offset)?.Id));

    private static async Task<Dictionary<string, DigestOutcome>> DigestsAsync(IReadOnlyList<NamedFile> files, CancellationToken ct)
    {
        var digests = new Dictionary<string, DigestOutcome>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (file.LocalPath is { } path)
                digests[file.Name] = await SourceDigest.OfAsync(new UploadSource.LocalFile(path), ct);
        }
        return digests;
    }

    private static string FilesFolder(string runFile) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(runFile)) ?? "/", "files");

    private VerificationReport Report(
        RunPath path, IReadOnlyList<VerifiedPart> parts, IReadOnlyList<NamedFile> files, IReadOnlyList<Finding> findings, ApiFailure? failure) => new()
        {
            RunFiles = [.. parts.Select(part => part.Head.Path)],
            Result = failure is null ? VerificationReport.ResultOf(findings) : VerificationResult.Unanswered,
            Message = failure is null ? "" : Explain(failure, path),
            Run = path,
            Findings = findings,
            HistoryLines = parts.Sum(part => part.Contents.HistoryLines),
            LastStep = parts.LastOrDefault(part => part.Contents.HistoryLines > 0)?.Contents.LastStep,
            EventLines = parts.Sum(part => part.Contents.EventLines),
            ConsoleLines = parts.Sum(part => part.Contents.ConsoleLines),
            Files = files.Count,
            Artifacts = parts.Sum(part => part.Contents.Artifacts.Count),
            LostRecords = parts.Sum(part => part.Contents.Ledger.LostCount),
            Lost = [.. parts.SelectMany(part => part.Contents.Ledger.Lost)],
        };

    private string Explain(ApiFailure cause, RunPath path) => RunUpsert.Explain(cause, path, "a question about the run", server, "read");
}
