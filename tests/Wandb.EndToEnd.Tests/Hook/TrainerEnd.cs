namespace Wandb.EndToEnd.Tests.Hook;

/// <summary>How a trainer ended that was sent SIGTERM.</summary>
/// <param name="Code">Exit code; -15: it died of the signal.</param>
/// <param name="Output">Lines of its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record TrainerEnd(int Code, IReadOnlyList<string> Output, string Error);
