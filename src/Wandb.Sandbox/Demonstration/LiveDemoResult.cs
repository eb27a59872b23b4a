namespace Wandb.Sandbox.Demonstration;

/// <summary>How the live part of the demonstration ended.</summary>
/// <param name="Rows">Rows of the live run on the server.</param>
/// <param name="Receipt">Path of its receipt; null without one.</param>
/// <param name="Problems">What did not go as it should; empty when all is well.</param>
internal sealed record LiveDemoResult(long Rows, string? Receipt, IReadOnlyList<string> Problems);
