using Wandb.Agent.Checkpoints;
using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;

namespace Wandb.Agent.Tests.Checkpoints;

internal static class SampleCheckpoint
{
    /// <summary>A checkpoint that says something of a state and a ledger, and nothing else of interest.</summary>
    public static Checkpoint Of(RunState state, RecordLedger ledger) => new()
    {
        Version = Checkpoint.CurrentVersion,
        Server = "http://localhost/",
        Entity = "e",
        Project = "p",
        Run = "r",
        StorageId = "s",
        Proof = FileProof.Of([1, 2, 3], 2),
        Offset = RunFileFormat.HeaderBytes,
        History = default,
        Events = default,
        Console = default,
        Ledger = ledger.Snapshot(),
        State = state.ToSnapshot(),
        AlertsSent = 0,
        SetAside = [],
        SetAsideCount = 0,
        Artifacts = [],
    };
}
