using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Verification;

/// <summary>One run file of a run.</summary>
/// <param name="Receipt">Null without one for this run on this server.</param>
internal sealed record VerifiedPart(RunHead Head, RunContents Contents, Receipt? Receipt);
