using Wandb.Sandbox.Backend;

namespace Wandb.EndToEnd.Tests.Crash;

/// <summary>What came to the server again although it had it: lines of one stream of one run, by the numbers of the lines.</summary>
/// <param name="Sent">Lines that were taken, repeated ones too.</param>
/// <param name="Repeated">Lines that the server had already.</param>
/// <param name="RepeatedBytes">Of the requests that had such lines, all of their bodies.</param>
/// <param name="LongestBytes">Of the longest request of all.</param>
internal sealed record RepeatedLines(long Sent, long Repeated, long RepeatedBytes, long LongestBytes)
{
    /// <param name="file">Of the stream.</param>
    public static RepeatedLines Of(IReadOnlyList<TraceEntry> trace, string file)
    {
        var result = new RepeatedLines(0, 0, 0, 0);
        long next = 0;
        foreach (var request in trace.Where(request => request is { Kind: "filestream", Status: 200 }))
        {
            result = result with { LongestBytes = Math.Max(result.LongestBytes, request.Bytes) };
            if (request.Detail?["files"]?[file] is not { } lines)
                continue;
            var (offset, count) = (lines["offset"]!.GetValue<long>(), lines["lines"]!.GetValue<int>());
            var repeated = Math.Clamp(next - offset, 0, count);
            result = result with
            {
                Sent = result.Sent + count,
                Repeated = result.Repeated + repeated,
                RepeatedBytes = result.RepeatedBytes + (repeated > 0 ? request.Bytes : 0),
            };
            next = Math.Max(next, offset + count);
        }
        return result;
    }
}
