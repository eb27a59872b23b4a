namespace Wandb.Operator.Watching;

/// <summary>A request to the API server did not come to what was needed; the same may succeed later.</summary>
internal sealed class ApiException(string what, ApiOutcome outcome)
    : IOException($"{what}: {outcome switch { ApiOutcome.Refused refused => refused.Refusal.ToString(), ApiOutcome.Failed failed => failed.Reason, _ => "an unexpected answer" }}");
