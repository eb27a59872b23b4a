namespace Wandb.Operator.Watching;

/// <summary>A request to the API server did not come to what was needed; the same may succeed later.</summary>
/// <param name="retryAfter">Null: what the server says, if it says anything.</param>
internal sealed class ApiException(string what, ApiOutcome outcome, TimeSpan? retryAfter = null)
    : IOException($"{what}: {outcome switch { ApiOutcome.Refused refused => refused.Refusal.ToString(), ApiOutcome.Failed failed => failed.Reason, _ => "an unexpected answer" }}")
{
    /// <summary>It is of no use before; null: nobody knows.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter ?? (outcome as ApiOutcome.Refused)?.Refusal.RetryAfter;
}
