using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Benchmarks.Sink;

/// <summary>Counts requests and answers them. Safe for several connections at once.</summary>
internal sealed class SinkAnswers(SinkOptions options, Uri sink)
{
    private static readonly byte[] StreamAnswer = """{"exitcode":null,"limits":{}}"""u8.ToArray();

    private readonly Lock stateLock = new(); // guards requests, bytes and runs
    private readonly Dictionary<string, SinkRun> runs = new(StringComparer.Ordinal);
    private long requests;
    private long bytes;

    public SinkTotals Totals
    {
        get
        {
            lock (stateLock)
            {
                SinkTotals none = SinkTotals.Nothing with { Requests = requests, Bytes = bytes, IsComplete = runs.Count > 0 };
                return runs.Values.Aggregate(none, (sum, run) => sum.And(run.Totals));
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
            requests++;
            bytes += wireBytes;
            if (path.EndsWith("/file_stream", StringComparison.Ordinal))
            {
                return Stream(Uri.UnescapeDataString(path.Split('/')[^2]), body.Span);
            }

            if (path.EndsWith("/graphql", StringComparison.Ordinal))
            {
                using JsonDocument request = JsonDocument.Parse(body);
                JsonObject answer = GraphQLAnswers.To(request.RootElement, options, sink, RunNamed);
                return (200, Encoding.UTF8.GetBytes(answer.ToJsonString()));
            }

            return head.Method == "PUT" && path.StartsWith(SinkOptions.StoragePath, StringComparison.Ordinal)
                ? Store(path[SinkOptions.StoragePath.Length..].Split('/', 2), body.Span)
                : (404, "{}"u8.ToArray());
        }
    }

    private (int Status, ReadOnlyMemory<byte> Body) Stream(string name, ReadOnlySpan<byte> body)
    {
        SinkRun run = RunNamed(name);
        if (options.HasRateLimit && !run.Admit(TimeProvider.System.GetUtcNow()))
        {
            return (429, "{}"u8.ToArray());
        }

        run.Stream(body);
        options.OnStream(new StreamArrival(name, run.Totals.HistoryLines, TimeProvider.System.GetTimestamp()));
        return (200, StreamAnswer);
    }

    private (int Status, ReadOnlyMemory<byte> Body) Store(string[] runAndFile, ReadOnlySpan<byte> body)
    {
        RunNamed(Uri.UnescapeDataString(runAndFile[0])).Store(Uri.UnescapeDataString(runAndFile[1]), body);
        return (200, ReadOnlyMemory<byte>.Empty);
    }

    private SinkRun RunNamed(string name)
    {
        if (!runs.TryGetValue(name, out SinkRun? run))
        {
            runs.Add(name, run = new SinkRun());
        }

        return run;
    }
}
