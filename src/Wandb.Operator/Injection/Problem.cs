namespace Wandb.Operator.Injection;

/// <summary>Why a pod is not injected, or what of it is not as asked.</summary>
/// <param name="Reason">One word for Events and metrics: see <see cref="ProblemReasons"/>.</param>
/// <param name="Message">One sentence without a full stop: what is wrong, where, and what to do.</param>
internal sealed record Problem(string Reason, string Message);
