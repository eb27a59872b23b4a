using System.Diagnostics;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Live;

/// <summary>A run file of which nothing is sent, because another one stands for it.</summary>
internal sealed record LeftOutFile(WatchedFile File, WatchedFile Of, Likeness Likeness)
{
    /// <summary>The phase of a run whose files are compared; see <see cref="RunProgress"/>.</summary>
    public const string Comparing = "comparing with a copy";

    /// <summary>Whether the other one holds all that it does.</summary>
    public bool IsCopy => Likeness is Likeness.Copy or Likeness.Different { IsHeld: true };

    public string Words => Likeness switch
    {
        Likeness.Copy => $"a copy of {Of.Path}, which holds all that it does",
        Likeness.Different { IsHeld: true } => $"a copy of {Of.Path}, which holds all its whole records",
        Likeness.Different { Records: var records, RecordsOfOther: var others } =>
            $"it holds records that {Of.Path} has not, which was begun as the same file: that one, with {Units.Count(others, "whole record")}, is sent, and nothing of this one, with "
            + $"{Units.Count(records, "whole record")}; sync its directory alone, as a run of its own with --id, to have all of it",
        Likeness.Unknown { Problem: var problem } => $"it cannot be compared with {Of.Path}, which was begun as the same file: {problem}",
        _ => throw new UnreachableException(),
    };

    /// <summary>What became of it, unless it is a copy: something that it holds may not be on the server.</summary>
    public RunReport Report(RunPath run) => new()
    {
        File = File.Path,
        Result = SyncResult.Incomplete,
        Run = run,
        Message = Words,
        Records = Likeness is Likeness.Different different ? different.Records : 0,
        IsWorthAnotherTry = Likeness is Likeness.Unknown,
    };
}
