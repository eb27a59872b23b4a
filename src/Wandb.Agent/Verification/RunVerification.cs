using System.Diagnostics;
using System.Text;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Receipts;
using Wandb.Agent.Reporting;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.Verification;

/// <summary>
/// What the given run files of one run hold against what the server said of the run. Parts of a resumed run follow each other on the server:
/// where they stand is taken from their receipts, and without any from the server's last lines.
/// </summary>
internal sealed class RunVerification(IReadOnlyList<VerifiedPart> parts, RunResumeState server)
{
    private readonly bool _othersWrote = OthersWrote(parts, server);

    /// <param name="place">The run, for the sentence.</param>
    public static Finding NoSuchRun(IReadOnlyList<VerifiedPart> parts, string place, string host) => new(
        "run",
        FindingVerdict.Missing,
        $"{host} has no run {place}: {Units.Count(parts.Sum(part => part.Contents.HistoryLines), "row")} and {Units.Count(parts.Sum(part => part.Contents.Artifacts.Count), "artifact")} of the file are not there");

    public IEnumerable<Finding> OfLines(ResumeSearch history, ResumeSearch events)
    {
        yield return new LinesVerification
        {
            Subject = "history",
            Noun = "row",
            Count = history.Count,
            Server = history.Server,
            LastMatch = history.LastMatch,
            Receipt = Span(StreamFiles.History, contents => contents.HistoryLines),
            OthersWrote = _othersWrote,
            LastStep = parts.LastOrDefault(part => part.Contents.HistoryLines > 0)?.Contents.LastStep,
            ServerLastStep = server.HistoryTail is [.., var last] ? RowStep.Of(Encoding.UTF8.GetBytes(last)) : null,
        }.Finding();
        if (parts.Sum(part => part.Contents.RowsOverLimit) is > 0 and var tooLong)
            yield return new Finding("history", FindingVerdict.Missing, $"{Units.Count(tooLong, "row")} over the server's limit for a line cannot be there");
        yield return new LinesVerification
        {
            Subject = "events",
            Noun = "event",
            Count = events.Count,
            Server = events.Server,
            LastMatch = events.LastMatch,
            Receipt = Span(StreamFiles.Events, contents => contents.EventLines),
            OthersWrote = _othersWrote,
        }.Finding();
        yield return new LinesVerification
        {
            Subject = "console",
            Noun = "line",
            Count = parts.Sum(part => part.Contents.ConsoleLines),
            Server = new ServerLines(server.ConsoleLines, null),
            HasTail = false,
            Receipt = Span(StreamFiles.Console, contents => contents.ConsoleLines),
            OthersWrote = _othersWrote,
        }.Finding();
    }

    public Finding OfState() => StateVerification.Of(parts, server.State, _othersWrote);

    /// <param name="local">By name: what is on this machine now.</param>
    public IEnumerable<Finding> OfFiles(
        IReadOnlyList<NamedFile> files, IReadOnlyDictionary<string, DigestOutcome> local, ServerReading<RunFilesAnswer> reading)
    {
        switch (reading)
        {
            case ServerReading<RunFilesAnswer>.Known known:
                var stored = known.Value.Files.DistinctBy(file => file.Name).ToDictionary(file => file.Name, StringComparer.Ordinal);
                return files.Select(file =>
                    new FileVerification(file, local.GetValueOrDefault(file.Name), stored.GetValueOrDefault(file.Name), _othersWrote).Finding());
            case ServerReading<RunFilesAnswer>.Unsupported unsupported:
                return [NotChecked($"the server cannot list files: {unsupported.Why}")];
            case ServerReading<RunFilesAnswer>.Failed failed:
                return [NotChecked($"the server could not be asked: {failed.Cause.Words}")];
            default:
                throw new UnreachableException();
        }

        Finding NotChecked(string why) => new("files", FindingVerdict.NotChecked, $"{Units.Count(files.Count, "file")} not compared, {why}");
    }

    /// <summary>Whether the server knows more writers than the given run files have; a run file without a writer's id may be any one of them.</summary>
    private static bool OthersWrote(IReadOnlyList<VerifiedPart> parts, RunResumeState server)
    {
        var writers = ServerConfig.WritersIn(server.Config);
        foreach (var id in parts.Select(part => part.Head.WriterId).OfType<string>())
            writers = ServerConfig.Except(writers, id);
        return writers.Count > parts.Count(part => part.Head.WriterId is null);
    }

    private ReceiptSpan? Span(string file, Func<RunContents, long> lines) =>
        ReceiptSpan.Of([.. parts.Select(part => (lines(part.Contents), StreamOf(part.Receipt, file)))]);

    private static ReceiptStream? StreamOf(Receipt? receipt, string file) => receipt?.Streams.GetValueOrDefault(file);
}
