using System.Diagnostics;
using Wandb.Agent.Http;

namespace Wandb.Agent.Telemetry;

/// <summary>One span for each try of a request, made when it is over: nothing is carried through the work, and nothing is sent along.</summary>
internal sealed class RequestSpans(TimeProvider time) : IDisposable
{
    public const string SourceName = "Wandb.Agent";

    private readonly ActivitySource _source = new(SourceName, typeof(RequestSpans).Assembly.GetName().Version?.ToString(3));

    public void Tried(RequestTry attempt)
    {
        var end = time.GetUtcNow();
        using var span = _source.StartActivity(UploadAttributes.KindOf(attempt.Kind), ActivityKind.Client, default(ActivityContext), startTime: end - attempt.Duration);
        if (span is null)
            return;
        span.SetTag(UploadAttributes.Outcome, UploadAttributes.OutcomeOf(attempt));
        if (attempt.Status is { } status)
            span.SetTag(UploadAttributes.StatusCode, status);
        if (UploadAttributes.ErrorTypeOf(attempt) is { } error)
        {
            span.SetTag(UploadAttributes.ErrorType, error);
            span.SetStatus(ActivityStatusCode.Error);
        }
        span.SetEndTime(end.UtcDateTime);
    }

    public void Dispose() => _source.Dispose();
}
