using System.Security.Cryptography;
using Wandb.Sandbox.Backend.Streaming;

namespace Wandb.Benchmarks.Sink;

/// <summary>What arrived of one run. Not thread-safe.</summary>
internal sealed class SinkRun
{
    private readonly Dictionary<string, (string Md5, long Bytes)> files = new(StringComparer.Ordinal);
    private TokenBucket bucket = TokenBucket.Full(DateTimeOffset.MinValue);

    /// <summary>Without requests to GraphQL, which are of no one run.</summary>
    public SinkTotals Totals { get; private set; } = SinkTotals.Nothing;

    /// <summary>MD5 in Base64 and size of what was uploaded, by path.</summary>
    public IReadOnlyDictionary<string, (string Md5, long Bytes)> Files => files;

    /// <returns>Whether the request may pass; one that may not is counted only.</returns>
    public bool Admit(DateTimeOffset now)
    {
        (bucket, bool isAllowed) = bucket.Take(now);
        Totals = isAllowed ? Totals : Totals with { Throttled = Totals.Throttled + 1 };
        return isAllowed;
    }

    public void Stream(ReadOnlySpan<byte> body) => Totals = Totals with
    {
        HistoryLines = Totals.HistoryLines + StreamBody.Lines(body, "\"wandb-history.jsonl\""u8),
        EventLines = Totals.EventLines + StreamBody.Lines(body, "\"wandb-events.jsonl\""u8),
        IsComplete = Totals.IsComplete || StreamBody.IsLast(body),
    };

    public void Store(string name, ReadOnlySpan<byte> body)
    {
        files[name] = (Md5(body), body.Length);
        Totals = Totals with { Files = files.Count };
    }

    // MD5 is how the protocol names files; it protects nothing.
#pragma warning disable CA5351
    private static string Md5(ReadOnlySpan<byte> body) => Convert.ToBase64String(MD5.HashData(body));
#pragma warning restore CA5351
}
