using System.Globalization;

namespace Wandb.Agent.Ends;

/// <summary>
/// The file of <c>--writer-exit</c> as it was when the agent began. An agent that was killed and started again must end by it; but the second training in a
/// directory must not end with the code of the first one.
/// </summary>
/// <param name="At">When it was written last.</param>
/// <param name="OpenRuns">When the run files were written last that were not wholly on the server by then.</param>
internal sealed record LeftOverExit(DateTimeOffset At, IReadOnlyList<DateTimeOffset> OpenRuns)
{
    // The file and the runs may be on file systems that keep times with different precision.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(2);

    /// <summary>Whether no run of its writer was left: then another writer is meant, whose file is still to come.</summary>
    public bool IsOfEarlierTraining(WriterExit exit) => exit.At == At && !OpenRuns.Any(run => run <= At + Rounding);

    /// <summary>What a person is told of it.</summary>
    public string Words(string path) =>
        string.Create(CultureInfo.InvariantCulture, $"{path} is of an earlier training, dated {At:yyyy-MM-dd HH:mm:ss} UTC, whose runs are on the server: a new one is waited for");
}
