using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Admission;

/// <summary>
/// Counts what became of objects, and tells people by Events. A burst of the same words is one Event whose count grows; what does not fit into
/// the line of <see cref="MaxWaiting"/> is dropped, because a pod's start never waits for it, and said in the log.
/// </summary>
internal sealed class AdmissionOutcomes(KubernetesApi api, OperatorMetrics metrics, TimeProvider time, ILogger<AdmissionOutcomes> log)
    : BackgroundService, IAdmissionOutcomes
{
    public const int MaxWaiting = 256;

    /// <summary>The same Event is not written more often; what happens in between is added to its count then.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // All are forgotten when it is reached, with what is not in their counts yet.
    private const int MaxKnown = 4096;

    private readonly Channel<AdmissionEvent> _waiting =
        Channel.CreateBounded<AdmissionEvent>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    // Count: how often it happened since it was written last.
    private readonly Dictionary<AdmissionEvent, (int Count, long WrittenAt)> _known = [];

    public void Record(AdmissionOutcome outcome)
    {
        metrics.Admitted(outcome.Kind, Word(outcome.Decision), outcome.Duration);
        if (AdmissionEvent.Of(outcome) is { } told && !_waiting.Writer.TryWrite(told))
            log.EventDropped(told.Reason, told.Namespace);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var told in _waiting.Reader.ReadAllAsync(stoppingToken))
                await TellAsync(told, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    private async Task TellAsync(AdmissionEvent told, CancellationToken ct)
    {
        var isKnown = _known.TryGetValue(told, out var known);
        var count = known.Count + 1;
        if (isKnown && time.GetElapsedTime(known.WrittenAt) < Interval)
        {
            _known[told] = (count, known.WrittenAt);
            return;
        }
        if (_known.Count >= MaxKnown)
            _known.Clear();
        var outcome = await WriteAsync(told, count, isKnown, ct);
        _known[told] = (outcome is ApiOutcome.Done ? 0 : count, time.GetTimestamp());
        if (outcome is not ApiOutcome.Done)
            log.EventNotWritten(told.Reason, told.Namespace, outcome is ApiOutcome.Refused refused ? refused.Refusal.ToString() : (outcome as ApiOutcome.Failed)?.Reason ?? "");
    }

    /// <param name="count">How often it happened since it was written last.</param>
    private async Task<ApiOutcome> WriteAsync(AdmissionEvent told, int count, bool isKnown, CancellationToken ct)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var events = $"/api/v1/namespaces/{Uri.EscapeDataString(told.Namespace)}/events";
        var outcome = isKnown ? await AddAsync() : await CreateAsync();
        // An Event lives for an hour; another replica, or this one before its restart, may have written it.
        return outcome switch
        {
            ApiOutcome.Refused { Refusal.IsNotFound: true } when isKnown => await CreateAsync(),
            ApiOutcome.Refused { Refusal.IsConflict: true } when !isKnown => await AddAsync(),
            _ => outcome,
        };

        Task<ApiOutcome> CreateAsync() => api.PostAsync(events, Utf8(told.ToJson(now, count)), ct);

        // How often all replicas have told it stands in the answer to a patch: there is no right to read Events, and none is needed.
        async Task<ApiOutcome> AddAsync()
        {
            var touched = await PatchAsync(new JsonObject { ["lastTimestamp"] = now });
            return touched is ApiOutcome.Done done ? await PatchAsync(new JsonObject { ["count"] = CountOf(done.Body) + count }) : touched;
        }

        Task<ApiOutcome> PatchAsync(JsonObject change) => api.SendAsync(
            new ApiRequest(HttpMethod.Patch, $"{events}/{Uri.EscapeDataString(told.Name)}") { Body = Utf8(change), ContentType = "application/merge-patch+json" }, ct);
    }

    private static int CountOf(JsonElement written) =>
        written.ValueKind == JsonValueKind.Object && written.TryGetProperty("count", out var count) && count.ValueKind == JsonValueKind.Number
        && count.TryGetInt32(out var number)
            ? number
            : 0;

    private static byte[] Utf8(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static string Word(AdmissionDecision decision) => decision switch
    {
        AdmissionDecision.Allow => "allowed",
        AdmissionDecision.Patch => "patched",
        AdmissionDecision.Miss => "missed",
        AdmissionDecision.Deny => "denied",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
