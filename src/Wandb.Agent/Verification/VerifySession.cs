using Wandb.Agent.Checkpoints;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Verification;

/// <summary>Verifies run files with one server, a few runs at a time; the files of one run are looked at together.</summary>
/// <param name="finished">Is told of every run as it is done, from any thread.</param>
internal sealed class VerifySession(WandbHttp http, VerifyOptions options, SyncEnvironment environment, Action<VerificationReport> finished)
{
    private const int Jobs = 5;

    private readonly GraphQLClient _graphql = new(http);

    // Guards _reports.
    private readonly Lock _gate = new();
    private readonly List<VerificationReport> _reports = [];

    /// <returns>One report for each run, and one for each file that cannot be used, as they were done.</returns>
    public async Task<IReadOnlyList<VerificationReport>> RunAsync(IReadOnlyList<string> runFiles, CancellationToken ct)
    {
        var heads = runFiles.Select(RunHead.Read).ToList();
        foreach (var head in heads.Where(head => head.Run is null))
            Finish(new VerificationReport { RunFiles = [head.Path], Result = VerificationResult.Unusable, Message = head.Problem ?? "" });
        var runs = heads
            .Where(head => head.Run is not null)
            .Select(head => (Head: head, Receipt: ReceiptOf(head)))
            .OrderBy(file => file.Head.Run!.StartTime?.Seconds)
            .ThenBy(file => file.Head.Run!.StartTime?.Nanos)
            .GroupBy(file => options.PlaceOf(file.Head.Run!, file.Receipt))
            .ToList();
        if (runs.Count == 0)
            return _reports;
        var verifier = new RunVerifier(new ServerInquiry(_graphql), http.Server);
        // One question first: a server that cannot be reached is waited for once, not once for every run.
        if (await UnusableAsync(ct) is { } cause)
        {
            foreach (var run in runs)
                Finish(verifier.Unanswered([.. run.Select(file => file.Head.Path)], run.Key, cause));
            return _reports;
        }
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = Jobs, CancellationToken = ct }, async (run, token) =>
            Finish(await verifier.VerifyAsync(run.Key, [.. run], token)));
        return _reports;
    }

    private async Task<ApiFailure?> UnusableAsync(CancellationToken ct) =>
        await ServerFeatures.AskAsync(_graphql, ct) is ApiOutcome<ServerFeatures>.Failed { Cause: ApiFailure.GaveUp or ApiFailure.Refused { Kind: RefusalKind.Unauthorized } } failed
            ? failed.Cause
            : null;

    private Receipt? ReceiptOf(RunHead head) =>
        new ReceiptStore(new StateDirectory(head.Path, environment.StateRoot), head.Path, environment.Durable).Load() is { } receipt
        && string.Equals(receipt.Server, http.Server.BaseUrl.AbsoluteUri, StringComparison.Ordinal)
            ? receipt
            : null;

    private void Finish(VerificationReport report)
    {
        lock (_gate)
            _reports.Add(report);
        finished(report);
    }
}
