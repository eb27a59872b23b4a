using System.Text.Json.Serialization;

namespace Wandb.Contract;

/// <summary>How far a run is.</summary>
[JsonConverter(typeof(EnumNameConverter<ReportedRunState>))]
public enum ReportedRunState
{
    /// <summary>The file has no whole run record yet: the SDK writes blocks of 32 KiB.</summary>
    Pending,

    /// <summary>It is being written, and what is there is or will soon be on the server.</summary>
    Running,

    /// <summary>There is no way to the server, or nobody is to send it now; the run file keeps what is to be sent.</summary>
    Buffering,

    /// <summary>It has ended; the rest is being sent.</summary>
    Finishing,

    /// <summary>Everything is on the server, with a receipt, and the run is closed.</summary>
    Synced,

    /// <summary>Everything that is there is on the server; how the writer ended is not known, so the run is open.</summary>
    Unfinished,

    /// <summary>Something is not on the server; see the message.</summary>
    Incomplete,

    /// <summary>The SDK uploads it itself (online); the agent only looks.</summary>
    Observed,

    /// <summary>Its file went away before everything of it was on the server.</summary>
    Lost,
}
