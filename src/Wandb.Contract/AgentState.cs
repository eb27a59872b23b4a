using System.Text.Json.Serialization;

namespace Wandb.Contract;

/// <summary>What the agent as a whole does.</summary>
[JsonConverter(typeof(EnumNameConverter<AgentState>))]
public enum AgentState
{
    /// <summary>Following runs, or waiting for the first.</summary>
    Following,

    /// <summary>There is no way to the server: the run files keep everything.</summary>
    Buffering,

    /// <summary>Asked to end: sending what is there.</summary>
    Draining,

    /// <summary>Everything that is to be done is done.</summary>
    Done,
}
