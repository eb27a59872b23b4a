using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Wandb.Benchmarks.Sink;

/// <summary>Counts requests and answers them. Safe for several connections at once.</summary>
internal sealed class SinkAnswers(SinkOptions options, Uri sink)
{
    private static readonly byte[] StreamAnswer = """{"exitcode":null,"limits":{}}"""u8.ToArray();

    private readonly Lock stateLock = new(); // guards totals and files
    private readonly Dictionary<string, (string Md5, long Bytes)> files = new(StringComparer.Ordinal);
    private SinkTotals totals = SinkTotals.Nothing;

    public SinkTotals Totals
    {
        get
        {
            lock (stateLock)
            {
                return totals;
            }
        }
    }

    /// <param name="body">Decompressed.</param>
    /// <param name="wireBytes">As it came.</param>
    /// <returns>Status and JSON.</returns>
    public (int Status, ReadOnlyMemory<byte> Body) To(RequestHead head, ReadOnlyMemory<byte> body, long wireBytes)
    {
        string path = head.Target.Split('?')[0];
        lock (stateLock)
        {
            totals = totals with { Requests = totals.Requests + 1, Bytes = totals.Bytes + wireBytes };
            if (path.EndsWith("/file_stream", StringComparison.Ordinal))
            {
                return Stream(body.Span);
            }

            if (path.EndsWith("/graphql", StringComparison.Ordinal))
            {
                JsonObject answer = GraphQLAnswers.To(body, options, sink, totals, files);
                return (200, Encoding.UTF8.GetBytes(answer.ToJsonString()));
            }

            return head.Method == "PUT" && path.StartsWith(SinkOptions.StoragePath, StringComparison.Ordinal)
                ? Store(Uri.UnescapeDataString(path[SinkOptions.StoragePath.Length..]), body.Span)
                : (404, "{}"u8.ToArray());
        }
    }

    private (int Status, ReadOnlyMemory<byte> Body) Stream(ReadOnlySpan<byte> body)
    {
        totals = totals with
        {
            HistoryLines = totals.HistoryLines + StreamBody.Lines(body, "\"wandb-history.jsonl\""u8),
            EventLines = totals.EventLines + StreamBody.Lines(body, "\"wandb-events.jsonl\""u8),
            IsComplete = totals.IsComplete || StreamBody.IsLast(body),
        };
        return (200, StreamAnswer);
    }

    private (int Status, ReadOnlyMemory<byte> Body) Store(string name, ReadOnlySpan<byte> body)
    {
        files[name] = (Md5(body), body.Length);
        totals = totals with { Files = files.Count };
        return (200, ReadOnlyMemory<byte>.Empty);
    }

    // MD5 is how the protocol names files; it protects nothing.
#pragma warning disable CA5351
    private static string Md5(ReadOnlySpan<byte> body) => Convert.ToBase64String(MD5.HashData(body));
#pragma warning restore CA5351
}
