using Wandb.Sandbox.Backend;

namespace Wandb.EndToEnd.Tests.Crash;

/// <summary>What came to the server again although it had it: lines of one stream of one run, by the numbers of the lines.</summary>
/// <param name="Sent">Lines that were taken, repeated ones too.</param>
/// <param name="Repeated">Lines that the server had already.</param>
/// <param name="Repeats">Requests with such lines.</param>
/// <param name="FromBeforeTheLast">
/// Of them, those that go back behind the last request that was taken: more than one request comes again.
/// </param>
internal sealed record RepeatedLines(long Sent, long Repeated, int Repeats, int FromBeforeTheLast)
{
    /// <param name="file">Of the stream; one whose lines are not written over.</param>
    public static RepeatedLines Of(IReadOnlyList<TraceEntry> trace, string file)
    {
        var result = new RepeatedLines(0, 0, 0, 0);
        long last = 0;
        long next = 0;
        foreach (var request in trace.Where(request => request is { Kind: "filestream", Status: 200 }))
        {
            if (request.Detail?["files"]?[file] is not { } lines)
                continue;
            var (offset, count) = (lines["offset"]!.GetValue<long>(), lines["lines"]!.GetValue<int>());
            var repeated = Math.Clamp(next - offset, 0, count);
            result = new RepeatedLines(
                result.Sent + count, result.Repeated + repeated, result.Repeats + (repeated > 0 ? 1 : 0), result.FromBeforeTheLast + (offset < last ? 1 : 0));
            (last, next) = (offset, Math.Max(next, offset + count));
        }
        return result;
    }
}
