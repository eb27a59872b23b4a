namespace Wandb.Agent.Logs;

/// <summary>How a line of the log is written.</summary>
internal enum LogFormat
{
    /// <summary>For people: time, level, run, message.</summary>
    Text,

    /// <summary>For programs: one JSON object a line.</summary>
    Json,
}
