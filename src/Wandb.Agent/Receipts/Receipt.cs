using Wandb.Agent.Records;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Receipts;

/// <summary>
/// The proof that a run file is on the server: what was read, what was acknowledged, what is lost. Written beside the run file as
/// <c>run-ID.wandb.receipt.json</c>; the fields are documented in docs/receipt.md. New fields may be added, none is taken away in one version.
/// </summary>
internal sealed record Receipt
{
    public const string SyncedState = "synced";

    public const int CurrentVersion = 1;

    /// <summary>A value of <see cref="ExitSource"/>: the file itself says that it is over.</summary>
    public const string ExitOfRecord = "record";

    public required int ReceiptVersion { get; init; }

    public required string AgentVersion { get; init; }

    /// <summary><c>synced</c>, or <c>unfinished</c>: all is acknowledged, but the file holds no exit record.</summary>
    public required string State { get; init; }

    public required string Server { get; init; }

    public required string Entity { get; init; }

    public required string Project { get; init; }

    public required string Run { get; init; }

    public required string StorageId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    public required ReceiptRunFile RunFile { get; init; }

    public required ReceiptRecords Records { get; init; }

    /// <summary>By stream file: server line number of our first line and how many of ours the server has acknowledged.</summary>
    public required Dictionary<string, ReceiptStream> Streams { get; init; }

    public required IReadOnlyList<ReceiptFile> Files { get; init; }

    public required IReadOnlyList<ReceiptArtifact> Artifacts { get; init; }

    public required int Alerts { get; init; }

    /// <summary>Files that the run names and that were not on this machine (only with <c>--allow-missing</c>).</summary>
    public required IReadOnlyList<string> MissingFiles { get; init; }

    /// <summary>The exit code that the run was closed with; null for an open run.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Where the exit code comes from: <c>record</c>, <c>option</c>, <c>kubernetes</c> or <c>writer-exit</c>.</summary>
    public string? ExitSource { get; init; }

    /// <summary>The streams as counters, for a part of the run that follows.</summary>
    public StreamLines EndOfStreams() => new(End(StreamFiles.History), End(StreamFiles.Events), End(StreamFiles.Console));

    private LineCounter End(string file) =>
        Streams.TryGetValue(file, out var stream) ? new LineCounter(stream.FirstLine + stream.Lines, 0, 0) : default;
}

/// <param name="Sha256">Of all bytes read, lower-case hex.</param>
internal sealed record ReceiptRunFile(string Name, long LengthBytes, string Sha256);

/// <param name="ByKind">Whole records by kind.</param>
/// <param name="Lost">Records that the file lost; the first ranges by name.</param>
/// <param name="UnreadableBytes">Bytes that no record could be read from.</param>
internal sealed record ReceiptRecords(long Total, Dictionary<string, long> ByKind, long Lost, IReadOnlyList<LostRecords> LostRanges, long UnreadableBytes);

/// <param name="FirstLine">Server line number of our first line.</param>
/// <param name="Lines">Our lines, all acknowledged.</param>
internal sealed record ReceiptStream(long FirstLine, long Lines);

/// <param name="Md5">Base64.</param>
/// <param name="Answer">The storage's HTTP status; 0 when the server had this content already.</param>
internal sealed record ReceiptFile(string Name, long SizeBytes, string Md5, int Answer);

/// <param name="Offset">Where the artifact's record stands in the run file.</param>
/// <param name="Digest">The artifact's digest.</param>
/// <param name="Id">The server's id.</param>
/// <param name="Answer"><c>committed</c>, or <c>already there</c>.</param>
internal sealed record ReceiptArtifact(long Offset, string Type, string Name, string Digest, string Id, int Files, long Bytes, string Answer);
