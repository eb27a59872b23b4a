using Microsoft.Extensions.Logging;

namespace Wandb.Agent.Logs;

/// <summary>One message of the log.</summary>
/// <param name="Event">Name of the message, which does not change with its words, e.g. <c>RunSynced</c>.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Scope">What holds for everything that is logged about a run, outermost first; may be empty.</param>
/// <param name="Properties">What the message was made of, in its order; may be empty.</param>
internal sealed record LogEntry(
    DateTimeOffset Time,
    LogLevel Level,
    string Event,
    string Message,
    IReadOnlyList<KeyValuePair<string, object?>> Scope,
    IReadOnlyList<KeyValuePair<string, object?>> Properties);
